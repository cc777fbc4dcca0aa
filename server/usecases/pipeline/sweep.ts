import type { Deps } from "#server/deps.ts";
import { MAX_ATTEMPTS } from "./process-events.ts";
import { syncSchedules } from "./sync-schedules.ts";

/** A definition that failed this often is left out until somebody mends it. */
const SUSPEND_AFTER_FAULTS = 100;
/** What was evaluated is kept this long, for replays. */
const EVALUATIONS_KEPT_MS = 7 * 86_400_000;

export type SweepResult = {
  /** Events whose worker died. */
  suspects: number;
  quarantined: number;
  suspended: { kind: string; key: string }[];
  /** Lanes that have something to do. */
  due: { process: boolean; wake: boolean };
};

/**
 * Finds what must be done whatever became of the queue: events of workers that died become suspects (and are put aside after too many
 * tries), definitions that fail too often are suspended, schedules follow the catalog. Safe to run anywhere, any time.
 */
export async function sweep(deps: Deps): Promise<SweepResult> {
  const { pending, timers, scheduleRuns, faults } = deps.data;
  const now = deps.clock.now();
  const suspects = await pending.recoverClaims(deps.pool, now);
  const quarantined = await pending.quarantineExhausted(deps.pool, {
    maxAttempts: MAX_ATTEMPTS,
    reason: "the worker died each time it processed this event",
    now,
  });
  const suspended = await deps.transact((tx) => faults.suspendFaulty(tx, { now, suspendAfter: SUSPEND_AFTER_FAULTS }));
  await syncSchedules(deps);
  const waiting = await pending.pendingWork(deps.pool);
  const wake = (await timers.timersDue(deps.pool, now)) || (await scheduleRuns.hasOpenRun(deps.pool));
  return { suspects, quarantined, suspended, due: { process: waiting.fresh || waiting.suspects, wake } };
}

/** What is enough once an hour: partitions for the months to come, and an end to what is kept for a while only. */
export async function maintain(deps: Deps): Promise<void> {
  const now = deps.clock.now();
  await deps.data.maintenance.makePartitions(deps.pool, now);
  await deps.data.evaluationLog.pruneEvaluations(deps.pool, now - EVALUATIONS_KEPT_MS);
}
