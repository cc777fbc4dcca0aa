import { setTimeout as delay } from "node:timers/promises";
import { monotonicMs } from "./support/clock.ts";
import { openWorld } from "./support/customers.ts";
import { CUSTOMERS } from "./support/events.ts";
import { report, runs } from "./support/figures.ts";
import { processorFigures, watchProcessors } from "./support/processor-time.ts";
import { startRedis } from "./support/redis.ts";
import { type Environment, type Stand, type WorkerProcess, withStand } from "./support/stand.ts";
import { scheduledJourney } from "./support/world/journeys.ts";
import { publish } from "./support/world.ts";

/**
 * A scheduled journey over 10,000 customers, from the minute it is set for to the last message in the hands of a no-op provider: enrolled,
 * decided by every guard, rendered, leased, handed over and written down. With the queue in PostgreSQL, and with Redis.
 */
const RUNS = 3;
const MINUTE = 60_000;
/** The journey is live this long before its minute. */
const LEAD_MS = 8_000;

type Run = { rate: number; firstMs: number; processors: Map<string, number> };

async function campaign(stand: Stand, worker: WorkerProcess, run: number): Promise<Run> {
  await stand.pool.query("VACUUM ANALYZE");
  const at = new Date(Math.ceil((Date.now() + LEAD_MS) / MINUTE) * MINUTE);
  const cron = `${at.getUTCMinutes()} ${at.getUTCHours()} ${at.getUTCDate()} ${at.getUTCMonth() + 1} *`;
  await publish(stand.deps, [{ kind: "journey", content: scheduledJourney(`campaign_${run}`, cron) }]);
  const arrived = worker.expect(CUSTOMERS, { timeoutMs: 4 * MINUTE });
  await delay(at.getTime() - Date.now());
  const begun = monotonicMs();
  const processors = watchProcessors([...stand.watched, { name: "worker", pid: worker.pid }]);
  const { firstAt, lastAt } = await arrived;
  return { rate: (CUSTOMERS * 1000) / (lastAt - begun), firstMs: firstAt - begun, processors: processors() };
}

async function measure(name: string, env: Environment): Promise<void> {
  await withStand(async (stand) => {
    const { gateway, worker } = await openWorld(stand);
    await gateway.stop();
    await worker.work();
    const results = await runs(RUNS, (run) => campaign(stand, worker, run));
    report("campaign", `a scheduled journey over ${CUSTOMERS} customers, queue in ${name}`, [
      { name: "handed over", unit: "messages/s", values: results.map((run) => run.rate), goal: { atLeast: 1_000 } },
      { name: "first message after", unit: "ms", values: results.map((run) => run.firstMs) },
      ...processorFigures(results.map((run) => run.processors)),
    ]);
  }, env);
}

await measure("PostgreSQL", {});
const redis = await startRedis();
if (redis === null) {
  process.stdout.write("skipped: a scheduled journey with the queue in Redis (redis-server is not installed)\n");
} else {
  await measure("Redis", { REDIS_URL: redis.url }).finally(() => redis.stop());
}
