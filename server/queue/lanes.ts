/**
 * The whole surface of the queue. A job is only a doorbell: it carries nothing and tells a lane to look at its work in
 * PostgreSQL. Losing every job loses no work.
 */
export const lanes = {
  /** Events waiting to be processed. */
  process: { concurrency: 1, lockMs: 15_000 },
  /** Timers that are due, schedules, held candidates. */
  wake: { concurrency: 1, lockMs: 15_000 },
  /** Candidates to decide and messages to hand to a provider. */
  send: { concurrency: 2, lockMs: 15_000 },
  /** Everything that may take long and must not delay the others. */
  bulk: { concurrency: 1, lockMs: 30_000 },
} as const;

export type Lane = keyof typeof lanes;
export const laneNames = Object.keys(lanes) as Lane[];

/** Name of the BullMQ queue behind a lane. */
export function queueName(lane: Lane): string {
  return `tact-${lane}`;
}
