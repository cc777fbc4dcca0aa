import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { monotonicMs } from "./support/clock.ts";
import { batchOf, CUSTOMERS, trackEvent } from "./support/events.ts";
import { type Figure, percentile, report, runs } from "./support/figures.ts";
import { openClient, sendAlways } from "./support/http-load.ts";
import { processorFigures, watchProcessors } from "./support/processor-time.ts";
import { type GatewayProcess, type Stand, withStand } from "./support/stand.ts";

/** How many events the gateway accepts while the workers rest: answered 2xx, so committed. */
const RUNS = 5;
const RUN_MS = 6_000;
const BATCH = 100;

type Case = { name: string; path: string; perRequest: number; connections: number; goals: { rate: number; p99?: number } };
const cases: Case[] = [
  { name: "batches of 100, 8 connections", path: "/v1/batch", perRequest: BATCH, connections: 8, goals: { rate: 10_000 } },
  { name: "single events, 50 connections", path: "/v1/track", perRequest: 1, connections: 50, goals: { rate: 2_000, p99: 75 } },
];

function anyEvent(): string {
  const customer = randomInt(CUSTOMERS);
  const event = Math.random() < 0.8 ? "Checkout Step Failed" : "Product Viewed";
  return trackEvent(event, customer, { step: "payment", order_id: `o-${customer}`, value: 42.5 });
}

type Run = { rate: number; p50: number; p99: number; processors: Map<string, number> };

async function measure(stand: Stand, gateway: GatewayProcess, { path, perRequest, connections }: Case): Promise<Run> {
  const client = openClient(gateway.port, connections);
  const latencies: number[] = [];
  const processors = watchProcessors([...stand.watched, { name: "gateway", pid: gateway.pid }]);
  const begun = monotonicMs();
  await sendAlways(
    connections,
    () => monotonicMs() - begun > RUN_MS,
    async () => {
      const body = perRequest === 1 ? anyEvent() : batchOf(Array.from({ length: perRequest }, anyEvent));
      latencies.push(await client.post(path, body));
    },
  );
  const seconds = (monotonicMs() - begun) / 1000;
  client.close();
  const rate = (latencies.length * perRequest) / seconds;
  return { rate, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), processors: processors() };
}

await withStand(async (stand) => {
  const gateway = await stand.startGateway();
  for (const target of cases) {
    await measure(stand, gateway, target);
    const results = await runs(RUNS, async () => {
      await delay(500);
      return measure(stand, gateway, target);
    });
    const { rate, p99 } = target.goals;
    const figures: Figure[] = [
      { name: "accepted", unit: "events/s", values: results.map((run) => run.rate), goal: { atLeast: rate } },
      { name: "latency p50", unit: "ms", values: results.map((run) => run.p50) },
      { name: "latency p99", unit: "ms", values: results.map((run) => run.p99), ...(p99 === undefined ? {} : { goal: { below: p99 } }) },
      ...processorFigures(results.map((run) => run.processors)),
    ];
    report("ingest", target.name, figures);
  }
});
