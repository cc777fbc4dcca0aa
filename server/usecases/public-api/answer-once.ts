import type { Deps } from "#server/deps.ts";
import { AppError } from "#server/errors.ts";

export type KeyedRequest = { apiKeyId: string; key: string; route: string; body: string };
export type KeptReply = { status: number; response: unknown };
export type AnswerOutcome = ({ outcome: "answered" | "repeated" } & KeptReply) | { outcome: "running" } | { outcome: "other_request" };

/**
 * Runs `work` once for an Idempotency-Key. A repetition gets the reply that was kept, also when that was a refusal; a failure that a
 * repetition may mend keeps nothing. `work` tells a refusal by returning its status, and the rest by throwing.
 */
export async function answerOnce(deps: Deps, request: KeyedRequest, work: () => Promise<KeptReply>): Promise<AnswerOutcome> {
  const { idempotency } = deps.data;
  const claim = await idempotency.claimIdempotencyKey(deps.pool, { ...request, at: deps.clock.now() });
  if (claim.outcome === "saved") return { outcome: "repeated", status: claim.status, response: claim.response };
  if (claim.outcome !== "first") return claim;
  let reply: KeptReply;
  try {
    reply = await work();
  } catch (error) {
    await idempotency.releaseIdempotencyKey(deps.pool, request);
    throw error;
  }
  await idempotency.saveIdempotentReply(deps.pool, request, reply);
  return { outcome: "answered", ...reply };
}

/** Keys are short texts that mean nothing to us. */
export function checkIdempotencyKey(key: string): string {
  if (/^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw new AppError("invalid", "An Idempotency-Key has 1 to 200 visible ASCII characters.", {
    issues: [{ field: "Idempotency-Key", message: "1 to 200 visible ASCII characters." }],
  });
}
