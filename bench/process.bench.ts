import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { monotonicMs } from "./support/clock.ts";
import { openWorld, postAll, untilProcessed } from "./support/customers.ts";
import { batchOf, CUSTOMERS, trackEvent } from "./support/events.ts";
import { report, runs } from "./support/figures.ts";
import { openClient, sendAlways } from "./support/http-load.ts";
import { processorFigures, watchProcessors } from "./support/processor-time.ts";
import { type GatewayProcess, type Stand, type WorkerProcess, withStand } from "./support/stand.ts";
import { faintEvents, strongEvents } from "./support/world/situations.ts";

/**
 * How many events are processed to the end, with 20 signals, 5 situations and 10 journeys live: 80 % match a signal, 1 % put a customer
 * into a situation and so into a journey. First a backlog, gateway idle; then gateway and worker at once.
 */
const RUNS = 3;
const BACKLOG = 40_000;
const WARM_UP = 10_000;
const SUSTAINED_MS = 15_000;
/** With more waiting than this the generator pauses, so that what is measured is what the worker keeps up with. */
const MAX_WAITING = 2_000;
const BATCH = 100;

let made = 0;
let entered = 0;

function mixedEvent(): string {
  made += 1;
  const customer = randomInt(CUSTOMERS);
  const properties = { step: `step-${randomInt(50)}`, order_id: `o-${customer}`, value: randomInt(100) };
  if (made % 100 === 0) {
    // a customer who is in no situation yet
    entered += 1;
    return trackEvent(strongEvents[entered % strongEvents.length] ?? "", entered % CUSTOMERS, properties);
  }
  if (made % 100 < 80) return trackEvent(faintEvents[made % faintEvents.length] ?? "", customer, properties);
  return trackEvent("Product Viewed", customer, properties);
}

type Run = { rate: number; processors: Map<string, number> };
type World = { stand: Stand; gateway: GatewayProcess; worker: WorkerProcess };

function watch({ stand, gateway, worker }: World): () => Map<string, number> {
  return watchProcessors([...stand.watched, { name: "gateway", pid: gateway.pid }, { name: "worker", pid: worker.pid }]);
}

async function drainBacklog(world: World, count: number): Promise<Run> {
  const { stand, gateway, worker } = world;
  await postAll(gateway.port, count, mixedEvent);
  await delay(500);
  const processors = watch(world);
  const begun = monotonicMs();
  await worker.work();
  await untilProcessed(stand.pool);
  const seconds = (monotonicMs() - begun) / 1000;
  const used = processors();
  await worker.rest();
  return { rate: count / seconds, processors: used };
}

async function waitingEvents(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ n: number }>("SELECT count(*)::int AS n FROM event_pending");
  return rows[0]?.n ?? 0;
}

async function keepUp(world: World): Promise<Run> {
  const { stand, gateway, worker } = world;
  await worker.work();
  const client = openClient(gateway.port, 4);
  const processors = watch(world);
  const begun = monotonicMs();
  let accepted = 0;
  let waiting = 0;
  const isOver = () => monotonicMs() - begun > SUSTAINED_MS;
  const looking = (async () => {
    while (!isOver()) {
      waiting = await waitingEvents(stand.pool);
      await delay(100);
    }
  })();
  await sendAlways(2, isOver, async () => {
    if (waiting > MAX_WAITING) return delay(10);
    await client.post("/v1/batch", batchOf(Array.from({ length: BATCH }, mixedEvent)));
    accepted += BATCH;
  });
  await looking;
  const processed = accepted - (await waitingEvents(stand.pool));
  const seconds = (monotonicMs() - begun) / 1000;
  const used = processors();
  client.close();
  await untilProcessed(stand.pool);
  await worker.rest();
  return { rate: processed / seconds, processors: used };
}

await withStand(async (stand) => {
  const world = { stand, ...(await openWorld(stand)) };
  await drainBacklog(world, WARM_UP);
  const drained = await runs(RUNS, () => drainBacklog(world, BACKLOG));
  const { rows } = await stand.pool.query<{ situations: number; messages: number }>(
    `SELECT (SELECT count(*)::int FROM situation_transition WHERE kind = 'entered') AS situations,
            (SELECT count(*)::int FROM send_ledger) AS messages`,
  );
  process.stdout.write(`${made} events put customers into ${rows[0]?.situations} situations and led to ${rows[0]?.messages} messages\n`);
  report("process", `a backlog of ${BACKLOG} events, drained`, [
    { name: "processed", unit: "events/s", values: drained.map((run) => run.rate), goal: { atLeast: 4_000 } },
    ...processorFigures(drained.map((run) => run.processors)),
  ]);
  const sustained = await runs(RUNS, () => keepUp(world));
  report("process", "accepted and processed at once", [
    { name: "accepted and processed", unit: "events/s", values: sustained.map((run) => run.rate) },
    ...processorFigures(sustained.map((run) => run.processors)),
  ]);
});
