import type { Deps } from "#server/deps.ts";
import type { Lane } from "#server/queue/lanes.ts";
import type { Log } from "#server/telemetry/log.ts";
import { processEvents } from "#server/usecases/pipeline/process-events.ts";
import { runSchedules, startDueSchedules } from "#server/usecases/pipeline/run-schedules.ts";
import { wakeTimers } from "#server/usecases/pipeline/wake-timers.ts";
import { drainSending } from "#server/usecases/sending/drain-sending.ts";

export type LaneContext = {
  deps: Deps;
  log: Log;
  /** True once the process has been told to stop: finish the batch at hand and begin no other. */
  isStopping(): boolean;
  /** Goes on with work that was just made: in this process when it drains that lane, otherwise by the bell. */
  continueWith(lane: Lane): void;
};

/** After this many batches of fresh events, one of events that were tried before: they wait, and never for ever. */
const FRESH_BATCHES = 8;

/** What each lane does when its bell rings: look at its rows until nothing is due. */
export const laneWork: Record<Lane, (context: LaneContext) => Promise<void>> = {
  process: drainEvents,
  wake: drainTimers,
  async send({ deps, isStopping }) {
    if (!isStopping()) await drainSending(deps, { isStopping });
  },
  bulk: drainSchedules,
};

async function drainEvents({ deps, log, isStopping, continueWith }: LaneContext): Promise<void> {
  for (let batch = 1; !isStopping(); batch += 1) {
    const result = await processEvents(deps);
    if (result.work.candidates > 0) continueWith("send");
    if (!result.more || batch % FRESH_BATCHES === 0) {
      const retried = await processEvents(deps, { suspects: true });
      if (retried.work.candidates > 0) continueWith("send");
      if (retried.quarantined > 0) log.error({ events: retried.quarantined }, "events were put aside after too many tries");
    }
    if (result.quarantined > 0) log.error({ events: result.quarantined }, "events were put aside after too many tries");
    if (!result.more) return;
  }
}

async function drainTimers({ deps, log, isStopping, continueWith }: LaneContext): Promise<void> {
  if ((await startDueSchedules(deps)) > 0) continueWith("bulk");
  while (!isStopping()) {
    const result = await wakeTimers(deps);
    if (result.work.candidates > 0) continueWith("send");
    if (result.postponed !== null) log.error({ err: result.postponed.reason, timers: result.postponed.count }, "timers were put off");
    if (!result.more) return;
  }
}

async function drainSchedules({ deps, isStopping, continueWith }: LaneContext): Promise<void> {
  while (!isStopping()) {
    const result = await runSchedules(deps);
    if (result.work.candidates > 0) continueWith("send");
    if (!result.more) return;
  }
}
