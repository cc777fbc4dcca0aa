import type { CausalModel } from "#server/domain/demo/causal-model.ts";
import { customersAwaited, setPace, stepWorld } from "#server/domain/demo/step-world.ts";
import type { DemoWorld } from "#server/domain/demo/world.ts";
import { type Sender, sendBatch } from "../replay/send-batches.ts";
import type { IncidentDesk } from "./incident-desk.ts";
import type { PublicApi } from "./public-api.ts";
import { toWireEvent } from "./wire-event.ts";
import type { WorldFile } from "./world-file.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const STEP_MS = 2 * SECOND;
const SAVE_EVERY_MS = 20 * SECOND;
const BATCH = 500;
const ASKED_AT_ONCE = 8;

/** After the start: payments begin to fail, somebody notices, it is over. */
const TROUBLE = { from: 2 * MINUTE, declaredAt: 3 * MINUTE, to: 8 * MINUTE, country: null, failing: 0.85 };

export type LiveOptions = {
  model: CausalModel;
  world: DemoWorld;
  pace: number;
  sender: Sender;
  api: PublicApi;
  incidents: IncidentDesk;
  file: WorldFile;
  now(): number;
  onStep(step: { events: number; receipts: number; at: number }): void;
};

/**
 * Lets the company live until the sender is stopped: a client of the public API like any other. What is sent carries the time at which it
 * happened; what happened while nobody was here is told late, and counts as history where it is too old to act on. A run that was cut off
 * tells the same events again, under the same ids.
 */
export async function liveOn(options: LiveOptions): Promise<void> {
  const { world, sender, incidents, file, now } = options;
  const { signal } = sender;
  const startedAt = now();
  await incidents.resolveAll();
  const { from, declaredAt, to, ...kind } = TROUBLE;
  world.troubles = [{ from: startedAt + from, declaredAt: startedAt + declaredAt, to: startedAt + to, ...kind }];
  let savedAt = startedAt;
  try {
    // what the gap held goes at the pace of the history
    await step(options);
    setPace(world, options.pace);
    while (!signal.aborted) {
      await incidents.attend(world.troubles, now());
      await step(options);
      if (now() - savedAt >= SAVE_EVERY_MS) {
        await file.save(world);
        savedAt = now();
      }
      await sender.pause(STEP_MS);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await incidents.resolveAll();
    setPace(world, 1);
    await file.save(world);
  }
}

async function step({ model, world, sender, api, file, now, onStep }: LiveOptions): Promise<void> {
  const at = now();
  const awaited = customersAwaited(world, at);
  const deliveries = [];
  for (let from = 0; from < awaited.length; from += ASKED_AT_ONCE) {
    const some = await Promise.all(awaited.slice(from, from + ASKED_AT_ONCE).map((userId) => api.deliveriesTo(userId)));
    deliveries.push(...some.flat());
  }
  const { events, receipts, truth } = stepWorld(model, world, at, deliveries);
  for (let from = 0; from < events.length; from += BATCH) {
    const batch = events.slice(from, from + BATCH).map((event, index) => ({ row: from + index, event: toWireEvent(event) }));
    const { refused } = await sendBatch(sender, batch);
    const first = refused[0];
    if (first !== undefined) throw new Error(`an event of the demo company was refused: ${first.field} ${first.message}`);
  }
  for (let from = 0; from < receipts.length; from += BATCH) await api.report(receipts.slice(from, from + BATCH));
  await file.appendTruth(truth);
  onStep({ events: events.length, receipts: receipts.length, at });
}
