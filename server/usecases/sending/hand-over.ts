import type { Deps } from "#server/deps.ts";
import { messageOf } from "#server/errors.ts";
import type { LeasedMessage } from "./outbox.ts";

type Adapter = NonNullable<ReturnType<Deps["channels"]["get"]>>;
type SendOutcome = Awaited<ReturnType<Adapter["send"]>>;
export type HandOverResult = Parameters<Deps["data"]["messages"]["recordResults"]>[1][number];

/** A hand-over that is over, and what it means for the ledger and for the step. */
export type FinishedHandOver = { leased: LeasedMessage; result: HandOverResult };

const PROVIDER_DEADLINE_MS = 15_000;
const AGAIN_AFTER_MS = 5_000;
const MAX_IDEMPOTENT_TRIES = 5;

/** One provider call with its deadline. An adapter that throws or overruns has left the outcome open. */
async function callProvider(adapter: Adapter, leased: LeasedMessage): Promise<SendOutcome> {
  const signal = AbortSignal.timeout(PROVIDER_DEADLINE_MS);
  const overrun = new Promise<SendOutcome>((resolve) => {
    // The adapter hears the same signal and knows better how far it came; it is given a moment to say so.
    signal.addEventListener("abort", () => {
      setTimeout(() => resolve({ outcome: "ambiguous", detail: "no answer before the deadline" }), 500).unref();
    });
  });
  try {
    return await Promise.race([adapter.send(leased.message, { signal, idempotencyKey: leased.message.id }), overrun]);
  } catch (error) {
    return {
      outcome: "ambiguous",
      detail: `the channel failed: ${messageOf(error)
        .replace(/\S+@\S+/g, "<address>")
        .slice(0, 200)}`,
    };
  }
}

/** What the outcome means: only what surely was not accepted may be tried again, unless the provider knows the key. */
function resultOf(adapter: Adapter, leased: LeasedMessage, tries: number, outcome: SendOutcome, now: number): HandOverResult {
  const base = { id: leased.message.id, fence: leased.fence, providerMessageId: outcome.providerMessageId ?? null, againAt: null };
  switch (outcome.outcome) {
    case "accepted":
      return { ...base, state: "sent", reason: null };
    case "refused":
      return { ...base, state: "failed", reason: `refused: ${outcome.detail}` };
    case "retry":
      return { ...base, state: "failed", reason: `retry: ${outcome.detail}` };
    case "ambiguous": {
      const mayRepeat = adapter.guarantee === "idempotent" && tries < MAX_IDEMPOTENT_TRIES;
      if (mayRepeat) return { ...base, state: "again", reason: outcome.detail, againAt: now + AGAIN_AFTER_MS };
      return { ...base, state: "unknown", reason: outcome.detail };
    }
  }
}

/**
 * Hands messages of one channel to its provider. First the last look, which also marks the calls as begun: a message that has become
 * stale, or was stopped by a pause, is not called for; it goes back to be decided anew.
 */
export async function handOver(deps: Deps, adapter: Adapter, batch: readonly LeasedMessage[]): Promise<FinishedHandOver[]> {
  const begun = await deps.data.messages.beginHandOver(
    deps.pool,
    batch.map(({ message, fence }) => ({ id: message.id, fence, provider: adapter.provider })),
    deps.clock.now(),
  );
  deps.crashpoint("deliver.before-call");
  return Promise.all(
    batch.map(async (leased): Promise<FinishedHandOver> => {
      const tries = begun.get(leased.message.id);
      if (tries === undefined) {
        const result = { id: leased.message.id, fence: leased.fence, providerMessageId: null, againAt: null };
        // Stopped before its first call it surely did not go out; after one nobody knows.
        const state = leased.calls === 0 ? "cancelled" : "unknown";
        return { leased, result: { ...result, state, reason: "stopped before it was handed over" } };
      }
      const outcome = await callProvider(adapter, leased);
      if (outcome.outcome === "accepted") deps.crashpoint("deliver.after-accept");
      return { leased, result: resultOf(adapter, leased, tries, outcome, deps.clock.now()) };
    }),
  );
}
