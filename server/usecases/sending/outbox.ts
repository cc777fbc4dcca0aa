import type { Deps } from "#server/deps.ts";

type Adapter = NonNullable<ReturnType<Deps["channels"]["get"]>>;
export type OutgoingMessage = Parameters<Adapter["send"]>[0];

/** A message this process has leased, and what has to be told when its hand-over is over. */
export type LeasedMessage = {
  message: OutgoingMessage;
  fence: number;
  leaseUntil: number;
  stepKey: string;
  enrollmentId: string;
  /** When it was decided. */
  decidedAt: number;
  /** How often its candidate had been decided before. */
  attempt: number;
  /** Provider calls made for this very message before, by a worker that did not come back. */
  calls: number;
};

/** How long a message may wait for its hand-over to begin; then it is decided anew. */
export const HAND_OVER_MS = 60_000;

type Outbox = Map<string, LeasedMessage[]>;
const outboxes = new WeakMap<Deps, Outbox>();

function outboxOf(deps: Deps): Outbox {
  const known = outboxes.get(deps);
  if (known !== undefined) return known;
  const fresh: Outbox = new Map();
  outboxes.set(deps, fresh);
  return fresh;
}

/**
 * Puts leased messages in line for this process. The line is memory only: the ledger has every one of them, and what this process
 * does not hand over before its lease ends, another one takes up.
 */
export function enqueueLeased(deps: Deps, messages: readonly LeasedMessage[]): void {
  const outbox = outboxOf(deps);
  for (const leased of messages) {
    const line = outbox.get(leased.message.channel);
    if (line === undefined) outbox.set(leased.message.channel, [leased]);
    else line.push(leased);
  }
}

/** Takes up to `count` messages of one channel, the longest waiting first. */
export function takeLeased(deps: Deps, channel: string, count: number): LeasedMessage[] {
  return outboxOf(deps).get(channel)?.splice(0, count) ?? [];
}

/** Channels with messages waiting in this process. */
export function waitingChannels(deps: Deps): string[] {
  return [...outboxOf(deps)].filter(([, line]) => line.length > 0).map(([channel]) => channel);
}

export function waitingCount(deps: Deps): number {
  return [...outboxOf(deps).values()].reduce((sum, line) => sum + line.length, 0);
}
