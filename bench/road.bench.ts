import { setTimeout as delay } from "node:timers/promises";
import { monotonicMs } from "./support/clock.ts";
import { openWorld, postAll, untilProcessed } from "./support/customers.ts";
import { CUSTOMERS, emailOf, trackEvent } from "./support/events.ts";
import { median, percentile, report, runs } from "./support/figures.ts";
import { openClient } from "./support/http-load.ts";
import { processorFigures, watchProcessors } from "./support/processor-time.ts";
import { type CountingProcess, type GatewayProcess, type Stand, type WorkerProcess, withStand } from "./support/stand.ts";
import { ROAD_EVENT } from "./support/world/journeys.ts";

/**
 * The whole road, from an HTTP event over a three-step journey to a message in the provider's hands: how many a second, how long one takes,
 * and how many a second by SMTP.
 */
const RUNS = 3;
const EVENTS = 5_000;
const SMTP_EVENTS = 2_000;
const LATENCY_EVENTS = 600;
const LATENCY_GAP_MS = 50;

type World = { stand: Stand; gateway: GatewayProcess; worker: WorkerProcess };
type Run = { rate: number; processors: Map<string, number> };

let nextCustomer = 0;

/** Goes through all customers before one comes again, so that nobody's messages stand in each other's way. */
function roadEvent(): { customer: number; text: string } {
  nextCustomer = (nextCustomer + 1) % CUSTOMERS;
  return { customer: nextCustomer, text: trackEvent(ROAD_EVENT, nextCustomer, { delay_minutes: 90, order_id: `o-${nextCustomer}` }) };
}

/** Time from the first request to the last message at `receiver`. */
async function throughput({ stand, gateway, worker }: World, count: number, receiver: CountingProcess): Promise<Run> {
  await delay(500);
  const arrived = receiver.expect(count);
  const processors = watchProcessors([...stand.watched, { name: "gateway", pid: gateway.pid }, { name: "worker", pid: worker.pid }]);
  const begun = monotonicMs();
  await postAll(gateway.port, count, () => roadEvent().text);
  const { lastAt } = await arrived;
  return { rate: (count * 1000) / (lastAt - begun), processors: processors() };
}

/** One event every 50 ms, each a request of its own: when its request begins, and when the provider is called. */
async function latencies({ gateway, worker }: World): Promise<number[]> {
  const arrived = worker.expect(LATENCY_EVENTS, { each: true });
  const client = openClient(gateway.port, 8);
  const begunAt = new Map<string, number>();
  const posts: Promise<number>[] = [];
  const start = monotonicMs();
  for (let event = 0; event < LATENCY_EVENTS; event += 1) {
    await delay(Math.max(0, start + event * LATENCY_GAP_MS - monotonicMs()));
    const { customer, text } = roadEvent();
    begunAt.set(emailOf(customer), monotonicMs());
    posts.push(client.post("/v1/track", text));
  }
  await Promise.all(posts);
  const { each } = await arrived;
  client.close();
  return each.map(([recipient, at]) => at - (begunAt.get(recipient) ?? Number.NaN));
}

await withStand(async (stand) => {
  const world = { stand, ...(await openWorld(stand)) };
  const { worker } = world;
  await worker.work();
  await throughput(world, 1_000, worker);

  const fast = await runs(RUNS, () => throughput(world, EVENTS, worker));
  report("road", `${EVENTS} events, each a journey that ends in a message to a no-op provider`, [
    { name: "handed over", unit: "messages/s", values: fast.map((run) => run.rate), goal: { atLeast: 500 } },
    ...processorFigures(fast.map((run) => run.processors)),
  ]);

  await untilProcessed(stand.pool);
  const waits = await runs(RUNS, () => latencies(world));
  report("road", "event to provider at 20 events/s", [
    { name: "latency p50", unit: "ms", values: waits.map(median), goal: { below: 50 } },
    { name: "latency p99", unit: "ms", values: waits.map((all) => percentile(all, 0.99)), goal: { below: 200 } },
    { name: "latency max", unit: "ms", values: waits.map((all) => Math.max(...all)) },
  ]);
  await worker.stop();

  const sink = await stand.startSink();
  const mailer = await stand.startWorker({ TACT_SMTP_URL: sink.url, TACT_MAIL_FROM: "Bench <help@bench.example>" });
  await mailer.work();
  await throughput({ ...world, worker: mailer }, 200, sink);
  const mailed = await runs(RUNS, () => throughput({ ...world, worker: mailer }, SMTP_EVENTS, sink));
  report("road", `${SMTP_EVENTS} events, each a journey that ends in a mail at a local SMTP server`, [
    { name: "mails taken", unit: "mails/s", values: mailed.map((run) => run.rate), goal: { atLeast: 200 } },
    ...processorFigures(mailed.map((run) => run.processors)),
  ]);
});
