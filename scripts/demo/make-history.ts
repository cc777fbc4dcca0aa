import type { IngestSource } from "#server/contracts/ingest/source.ts";
import { listDeliveries } from "#server/data/deliveries.ts";
import { ensurePartitions, MONTHLY_TABLES } from "#server/data/migrate.ts";
import type { Clock, Deps } from "#server/deps.ts";
import type { CausalModel } from "#server/domain/demo/causal-model.ts";
import { stepWorld } from "#server/domain/demo/step-world.ts";
import type { TruthRecord } from "#server/domain/demo/truth.ts";
import type { DemoDelivery, DemoEvent, DemoWorld } from "#server/domain/demo/world.ts";
import { createEventIntake } from "#server/usecases/ingest/event-intake.ts";
import { maintain } from "#server/usecases/pipeline/sweep.ts";
import { syncSchedules } from "#server/usecases/pipeline/sync-schedules.ts";
import { incidentDesk } from "./incident-desk.ts";
import { acceptBatch, giveAnswers, reportReceipts, runWorkers } from "./road.ts";
import { toWireEvent } from "./wire-event.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The world moves in steps of this length: a tip must come while its customer is still there. */
const STEP_MS = 5 * MINUTE;
/** What nobody can be helped with at once is handed in together at the latest after this long, well before it would count as history. */
const GATHER_MS = 20 * MINUTE;

/** A clock that stands until it is moved. */
export type SetClock = Clock & { set(at: number): void };

export function setClock(at: number): SetClock {
  let now = at;
  return {
    now: () => now,
    set(to) {
      now = to;
    },
  };
}

export type HistoryProgress = { at: number; from: number; to: number; events: number; messages: number };
export type HistoryOptions = {
  /** Its `clock` must be `clock`, its bell silent and its e-mail the sandbox: nothing of the past may be sent today. */
  deps: Deps;
  clock: SetClock;
  source: IngestSource;
  model: CausalModel;
  world: DemoWorld;
  /** Where the history ends; asked again and again, since the present moves on while the past is made. */
  until(): number;
  onTruth(records: readonly TruthRecord[]): Promise<void>;
  onProgress(progress: HistoryProgress): void;
  isStopped(): boolean;
};

/**
 * Makes the past of an installation: time is moved in small steps, and at each the same use cases run that the gateway and the workers
 * run. No process of the installation may be at work meanwhile. Returns how far it came.
 */
export async function makeHistory(options: HistoryOptions): Promise<HistoryProgress> {
  const { deps, clock, source, model, world, until } = options;
  const from = world.now;
  const progress: HistoryProgress = { at: from, from, to: until(), events: 0, messages: 0 };
  const monthsAhead = Math.ceil((until() - from) / (28 * DAY)) + 2;
  await ensurePartitions(deps.pool, MONTHLY_TABLES, from, monthsAhead);
  const intake = createEventIntake(deps);
  const incidents = incidentDesk(deps);
  let waiting: DemoEvent[] = [];
  let deliveries: DemoDelivery[] = [];
  let handedInAt = from;
  let careAt = from;
  try {
    for (let now = from + STEP_MS; now <= until() && !options.isStopped(); now += STEP_MS) {
      const step = stepWorld(model, world, now, deliveries);
      deliveries = [];
      waiting.push(...step.events);
      clock.set(now);
      await incidents.attend(world.troubles, now);
      await reportReceipts(deps, step.receipts);
      await giveAnswers(deps, step.answers);
      if (step.truth.length > 0) await options.onTruth(step.truth);
      if (!step.isUrgent && now - handedInAt < GATHER_MS) continue;
      await acceptBatch(deps, intake, source, waiting.map(toWireEvent));
      await runWorkers(deps);
      deliveries = await listDeliveries(deps.pool, now);
      progress.at = now;
      progress.events += waiting.length;
      progress.messages += deliveries.length;
      progress.to = until();
      waiting = [];
      handedInAt = now;
      if (now >= careAt) {
        await syncSchedules(deps);
        await maintain(deps);
        careAt = now + 6 * HOUR;
      }
      options.onProgress(progress);
    }
  } finally {
    await intake.close();
  }
  stepWorld(model, world, world.now, deliveries);
  // what was gathered and not handed in belongs to the future
  world.coming.unshift(...waiting);
  return progress;
}
