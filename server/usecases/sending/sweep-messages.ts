import type { Deps } from "#server/deps.ts";
import type { FinishedHandOver } from "./hand-over.ts";
import { enqueueLeased, HAND_OVER_MS, type LeasedMessage } from "./outbox.ts";
import { recordHandOvers } from "./record-hand-overs.ts";

type Expired = Awaited<ReturnType<Deps["data"]["messages"]["listExpired"]>>[number];
type Content = Awaited<ReturnType<Deps["data"]["messages"]["loadContents"]>> extends Map<string, infer One> ? One : never;

export type Swept = {
  /** In line of this process, under the same key, because the provider knows it. */
  retried: number;
  /** Given up: they may have reached the customer. */
  unknown: number;
  /** Never begun: decided again from the start. */
  reopened: number;
};

const MAX_IDEMPOTENT_TRIES = 5;

/**
 * Takes up what a worker left behind when it died. A message whose provider call had not begun surely did not go out, so its step is
 * decided again. One that had begun is handed over again only where the provider knows the key; otherwise it is unknown, shown as such,
 * and never sent again by itself.
 */
export async function sweepMessages(deps: Deps, options: { limit?: number } = {}): Promise<Swept> {
  const { data } = deps;
  const now = deps.clock.now();
  const expired = await data.messages.listExpired(deps.pool, now, options.limit ?? 200);
  if (expired.length === 0) return { retried: 0, unknown: 0, reopened: 0 };
  const control = await data.control.read(deps.pool);
  const fenced = await deps.transact(async (tx) => {
    await data.customers.lockCustomers(tx, [...new Set(expired.map((one) => one.customerId))]);
    return data.messages.takeOver(tx, expired, { now, until: now + HAND_OVER_MS });
  });
  const ours = expired.filter((one) => fenced.has(one.id));
  const contents = await data.messages.loadContents(
    deps.pool,
    ours.filter((one) => one.attempts > 0).map((one) => one.id),
  );
  const retry: LeasedMessage[] = [];
  const over: FinishedHandOver[] = [];
  for (const one of ours) {
    const leased = leasedOf(one, contents.get(one.id), now);
    if (one.attempts === 0) over.push(finished(leased, "cancelled", "its worker was lost before it was handed over"));
    else if (mayRepeat(deps, one) && contents.has(one.id) && one.gateEpoch === control.epoch && !control.paused) retry.push(leased);
    else over.push(finished(leased, "unknown", "its worker was lost while it was handed over"));
  }
  await recordHandOvers(deps, over);
  enqueueLeased(deps, retry);
  const unknown = over.filter(({ result }) => result.state === "unknown").length;
  return { retried: retry.length, unknown, reopened: over.length - unknown };
}

/** The same provider as the first time, it knows the key, and it was not asked too often. */
function mayRepeat(deps: Deps, one: Expired): boolean {
  const adapter = deps.channels.get(one.channel);
  return adapter !== null && adapter.guarantee === "idempotent" && adapter.provider === one.provider && one.attempts < MAX_IDEMPOTENT_TRIES;
}

function leasedOf(one: Expired, content: Content | undefined, now: number): LeasedMessage {
  return {
    message: {
      id: one.id,
      channel: one.channel,
      customerId: one.customerId,
      recipient: content?.recipient ?? null,
      subject: content?.subject ?? null,
      html: content?.html ?? null,
      text: content?.text ?? "",
      unsubscribeUrl: unsubscribeOf(content),
    },
    fence: one.fence + 1,
    leaseUntil: now + HAND_OVER_MS,
    stepKey: one.stepKey,
    enrollmentId: one.enrollmentId,
    decidedAt: one.createdAt,
    attempt: 0,
    calls: one.attempts,
  };
}

function unsubscribeOf(content: Content | undefined): string | null {
  const links: unknown = content === undefined ? null : Reflect.get(content.content, "links");
  const url: unknown = typeof links === "object" && links !== null ? Reflect.get(links, "unsubscribe") : null;
  return typeof url === "string" ? url : null;
}

function finished(leased: LeasedMessage, state: "cancelled" | "unknown", reason: string): FinishedHandOver {
  return { leased, result: { id: leased.message.id, fence: leased.fence, state, reason, providerMessageId: null, againAt: null } };
}
