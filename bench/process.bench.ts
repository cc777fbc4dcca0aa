import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "../scripts/supervisor/embedded-postgres.ts";
import { ensurePartitions, MONTHLY_TABLES, migrate } from "../server/data/migrate.ts";
import { createPool } from "../server/data/pool.ts";
import { createDeps, type Deps } from "../server/deps.ts";
import { actorKey, messageKey, uuidv7 } from "../server/ids.ts";
import { processEvents } from "../server/usecases/pipeline/process-events.ts";
import { benchCatalog } from "./pipeline-catalog.ts";

// Events drained per second by one worker process: 10,000 customers, 20 signals, 5 situations, 10 journeys; 80 % of events match a
// signal, 1 % enter a situation. The database is the embedded one with its production settings for durability.
const CUSTOMERS = 10_000;
const EVENTS = Number(process.env["BENCH_EVENTS"] ?? 40_000);
const RUNS = Number(process.env["BENCH_RUNS"] ?? 3);
const SOURCE = "0190aaaa-0000-7000-8000-000000000001";

let seed = 1;
/** Park and Miller: the same load in every run. */
function random(): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647;
}

function eventName(): string {
  const dice = random();
  if (dice < 0.01) return `Rare ${Math.floor(random() * 5)}`;
  if (dice < 0.8) return `Event ${5 + Math.floor(random() * 15)}`;
  return "Page Scrolled";
}

let made = 0;
async function store(deps: Deps, count: number): Promise<void> {
  for (let done = 0; done < count; done += 500) {
    const now = Date.now();
    const rows = Array.from({ length: Math.min(500, count - done) }, () => {
      const userId = `user-${Math.floor(random() * CUSTOMERS)}`;
      made += 1;
      return {
        id: uuidv7(now),
        actor: actorKey("user", userId),
        occurredAt: now,
        receivedAt: now,
        sourceId: SOURCE,
        messageKey: messageKey(SOURCE, `m${made}`),
        type: "track" as const,
        name: eventName(),
        historical: false,
        verified: true,
        payload: JSON.stringify({
          messageId: `m${made}`,
          userId,
          properties: { element: `button-${made % 7}`, minutes: made % 90, path: "/checkout/payment", value: 12.5 },
          context: {
            page: { url: "https://shop.example/checkout/payment" },
            userAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
          },
        }),
      };
    });
    await deps.data.events.insertEvents(deps.pool, rows);
  }
}

async function drain(deps: Deps): Promise<{ seconds: number; events: number }> {
  const from = performance.now();
  let events = 0;
  for (;;) {
    const result = await processEvents(deps);
    events += result.processed;
    if (!result.more) return { seconds: (performance.now() - from) / 1000, events };
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tact-bench-"));
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, "postgres"),
    logFile: join(folder, "postgres.log"),
    password: "bench",
    settings: { shared_buffers: "256MB", max_wal_size: "4GB", jit: "off" },
    throwaway: true,
  });
  const url = server.url("postgres");
  await migrate({ url, directory: "prisma/migrations" });
  const pool = createPool(url, { max: 4, name: "bench" });
  try {
    await ensurePartitions(pool, MONTHLY_TABLES, Date.now(), 1);
    await pool.query("INSERT INTO source (id, key, name, kind, created_at) VALUES ($1, 'shop', 'Shop', 'server', now())", [SOURCE]);
    const deps = createDeps({ pool, queue: { ring: () => {}, close: async () => {} } });
    const catalog = benchCatalog();
    deps.catalog = { get: async () => catalog };
    await store(deps, 2 * CUSTOMERS);
    await drain(deps);
    await pool.query("VACUUM ANALYZE");
    const rates: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      await store(deps, EVENTS);
      const { events, seconds } = await drain(deps);
      rates.push(events / seconds);
      process.stdout.write(`run ${run + 1}: ${events} events in ${seconds.toFixed(1)} s = ${Math.round(events / seconds)} events/s\n`);
    }
    rates.sort((a, b) => a - b);
    const [low, middle, high] = [rates[0], rates[Math.floor(rates.length / 2)], rates.at(-1)].map((rate) => Math.round(rate ?? 0));
    process.stdout.write(`process: median ${middle} events/s (${low}–${high}), ${RUNS} runs of ${EVENTS} events\n`);
    const left = await pool.query<{ hits: number; enrollments: number; inside: number }>(
      `SELECT (SELECT count(*)::int FROM signal_hit) AS hits, (SELECT count(*)::int FROM enrollment) AS enrollments,
              (SELECT count(*)::int FROM situation_membership) AS inside`,
    );
    process.stdout.write(`${JSON.stringify(left.rows[0])}\n`);
  } finally {
    await pool.end();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
