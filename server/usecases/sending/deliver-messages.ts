import type { Deps } from "#server/deps.ts";
import { type Channel, channelSchema } from "#server/domain/definitions/common-fields.ts";
import { type FinishedHandOver, handOver } from "./hand-over.ts";
import { type LeasedMessage, takeLeased, waitingChannels } from "./outbox.ts";
import { recordHandOvers } from "./record-hand-overs.ts";

export type Delivered = {
  sent: number;
  failed: number;
  unknown: number;
  cancelled: number;
  /** There is something new to decide: a next step, or one that is decided again. */
  more: boolean;
};

/** Hand-overs written in one transaction. */
const MAX_BATCH = 100;
/** Batches of one channel under way at a time: while the results of one are written, the next is at the provider. */
const BATCHES_UNDER_WAY = 2;

/**
 * Hands over up to `limit` messages that this process has leased: right after its own gate, or taken over by its own sweep. Channels
 * go side by side, each within its provider's concurrency, so that a slow provider delays nobody but itself; lines another delivery of
 * this process has open take what comes meanwhile.
 */
export async function deliverMessages(deps: Deps, options: { limit?: number } = {}): Promise<Delivered> {
  const total: Delivered = { sent: 0, failed: 0, unknown: 0, cancelled: 0, more: false };
  let left = options.limit ?? Number.POSITIVE_INFINITY;

  async function deliverChannel(channel: Channel): Promise<void> {
    const adapter = deps.channels.get(channel);
    const size = Math.max(1, Math.min(MAX_BATCH, Math.ceil((adapter?.concurrency ?? MAX_BATCH) / BATCHES_UNDER_WAY)));
    for (;;) {
      const batch = takeLeased(deps, channel, Math.min(size, left));
      if (batch.length === 0) return;
      left -= batch.length;
      const finished = adapter === null ? batch.map(withoutProvider) : await handOver(deps, adapter, batch);
      deps.crashpoint("deliver.before-result");
      const { reopened, offered } = await recordHandOvers(deps, finished);
      for (const { result } of finished) if (result.state !== "again") total[result.state] += 1;
      if (reopened > 0 || offered > 0) total.more = true;
    }
  }

  const open = openLines(deps);
  const lines = waitingChannels(deps).flatMap((name) => {
    const channel = channelSchema.parse(name);
    const free = BATCHES_UNDER_WAY - (open.get(channel) ?? 0);
    return Array.from({ length: free }, async () => {
      open.set(channel, (open.get(channel) ?? 0) + 1);
      try {
        await deliverChannel(channel);
      } finally {
        open.set(channel, (open.get(channel) ?? 1) - 1);
      }
    });
  });
  // All lines end before an error is passed on: what others are handing over must be written down.
  const ended = await Promise.allSettled(lines);
  for (const one of ended) if (one.status === "rejected") throw one.reason;
  return total;
}

const linesByProcess = new WeakMap<Deps, Map<Channel, number>>();

/** Lines under way per channel, over all deliveries of this process: a provider's concurrency is one number. */
function openLines(deps: Deps): Map<Channel, number> {
  const known = linesByProcess.get(deps);
  if (known !== undefined) return known;
  const fresh = new Map<Channel, number>();
  linesByProcess.set(deps, fresh);
  return fresh;
}

/** The channel lost its provider between the gate and now: surely not sent. */
function withoutProvider(leased: LeasedMessage): FinishedHandOver {
  const result = { id: leased.message.id, fence: leased.fence, providerMessageId: null, againAt: null };
  return { leased, result: { ...result, state: "failed", reason: "refused: the channel has no provider" } };
}
