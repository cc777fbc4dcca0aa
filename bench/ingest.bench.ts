import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { startEmbeddedPostgres } from "../scripts/supervisor/embedded-postgres.ts";
import { freePort } from "../scripts/supervisor/free-port.ts";
import { ensurePartitions, MONTHLY_TABLES, migrate } from "../server/data/migrate.ts";

/**
 * How many events the gateway accepts with the workers paused: embedded PostgreSQL with fsync on, the gateway and this generator on
 * one machine. `npx tsx bench/ingest.bench.ts [seconds] [runs]`. Prints one JSON line a case after its table.
 */
const seconds = Number(process.argv[2] ?? 8);
const runs = Number(process.argv[3] ?? 3);
const WRITE_KEY = "tact_wk_benchmark_only_0001";
const CUSTOMERS = 10_000;

type Case = { name: string; path: string; perRequest: number; connections: number };
const cases: Case[] = [
  { name: "batches of 100", path: "/v1/batch", perRequest: 100, connections: 8 },
  { name: "single events", path: "/v1/track", perRequest: 1, connections: 50 },
];

type Run = { eventsPerSecond: number; p50: number; p99: number; failed: number; generatorCpu: number };

/** One 500-byte event as a client sends it. */
function eventText(): string {
  const id = Math.floor(Math.random() * CUSTOMERS);
  const event = {
    type: "track",
    event: Math.random() < 0.8 ? "Checkout Step Failed" : "Product Viewed",
    messageId: `bench-${randomBytes(12).toString("hex")}`,
    userId: `user-${id}`,
    timestamp: new Date().toISOString(),
    properties: { step: "payment", order_id: `o-${id}`, value: 42.5, page: "https://shop.example.com/checkout/payment", pad: "" },
    context: { library: { name: "bench", version: "1.0.0" }, locale: "en-GB", timezone: "Europe/London" },
  };
  event.properties.pad = "x".repeat(Math.max(0, 500 - JSON.stringify(event).length));
  return JSON.stringify(event);
}

function bodyOf(perRequest: number): string {
  if (perRequest === 1) return eventText();
  const events = Array.from({ length: perRequest }, eventText);
  return `{"batch":[${events.join(",")}],"sentAt":"${new Date().toISOString()}"}`;
}

async function measure(port: number, target: Case): Promise<Run> {
  const agent = new Agent({ keepAlive: true, maxSockets: target.connections });
  const authorization = `Basic ${Buffer.from(`${WRITE_KEY}:`).toString("base64")}`;
  const latencies: number[] = [];
  let accepted = 0;
  let failed = 0;
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const until = begun + seconds * 1000;

  const send = (): Promise<void> =>
    new Promise((done) => {
      const body = bodyOf(target.perRequest);
      const at = performance.now();
      const headers = { authorization, "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      const call = request({ port, host: "127.0.0.1", path: target.path, method: "POST", headers, agent }, (response) => {
        response.resume();
        response.on("end", () => {
          latencies.push(performance.now() - at);
          if (response.statusCode === 200) accepted += target.perRequest;
          else failed += 1;
          done();
        });
      });
      call.on("error", () => {
        failed += 1;
        done();
      });
      call.end(body);
    });

  await Promise.all(
    Array.from({ length: target.connections }, async () => {
      while (performance.now() < until) await send();
    }),
  );
  const elapsed = (performance.now() - begun) / 1000;
  const used = process.cpuUsage(cpu);
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    eventsPerSecond: accepted / elapsed,
    p50: at(0.5),
    p99: at(0.99),
    failed,
    generatorCpu: (used.user + used.system) / 1e6 / elapsed,
  };
}

function summary(values: number[], digits = 0): string {
  const sorted = [...values].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return `${median.toFixed(digits)} (${(sorted[0] ?? 0).toFixed(digits)}–${(sorted.at(-1) ?? 0).toFixed(digits)})`;
}

async function startGateway(databaseUrl: string, port: number): Promise<ChildProcess> {
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    TACT_SECRET: randomBytes(32).toString("hex"),
    PORT: String(port),
    TACT_LOG_LEVEL: "warn",
    TACT_BENCH_WRITE_KEY: WRITE_KEY,
  };
  const execArgv = process.env.BENCH_PROFILE
    ? ["--import", "tsx", "--cpu-prof", `--cpu-prof-dir=${process.env.BENCH_PROFILE}`]
    : ["--import", "tsx"];
  const child = fork(fileURLToPath(new URL("./gateway-process.ts", import.meta.url)), [], { env, execArgv });
  await new Promise<void>((ready, broken) => {
    child.once("message", () => ready());
    child.once("exit", (code) => broken(new Error(`the gateway ended with ${code}`)));
  });
  return child;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tact-bench-"));
  chmodSync(folder, 0o755);
  const settings = { shared_buffers: "256MB", max_wal_size: "4GB", jit: "off", synchronous_commit: "on", fsync: "on" };
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, "postgres"),
    logFile: join(folder, "postgres.log"),
    password: randomBytes(12).toString("hex"),
    settings,
  });
  try {
    const url = server.url("postgres");
    await migrate({ url, directory: "prisma/migrations" });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await ensurePartitions(client, MONTHLY_TABLES, Date.now(), 1);
    const port = await freePort();
    const gateway = await startGateway(url, port);
    for (const target of cases) {
      await measure(port, target);
      const results: Run[] = [];
      for (let run = 0; run < runs; run += 1) results.push(await measure(port, target));
      const take = (pick: (run: Run) => number) => results.map(pick);
      process.stdout.write(
        [
          `${target.name}, ${target.connections} connections, ${runs} runs of ${seconds} s, median (min–max)`,
          `  accepted      ${summary(take((run) => run.eventsPerSecond))} events/s`,
          `  latency p50   ${summary(
            take((run) => run.p50),
            1,
          )} ms`,
          `  latency p99   ${summary(
            take((run) => run.p99),
            1,
          )} ms`,
          `  not accepted  ${summary(take((run) => run.failed))} requests`,
          `  generator     ${summary(take((run) => run.generatorCpu * 100))} % of one core`,
          `${JSON.stringify({ case: target.name, runs: results })}`,
          "",
        ].join("\n"),
      );
    }
    const stored = await client.query<{ n: number }>("SELECT count(*)::int AS n FROM events");
    process.stdout.write(`stored ${stored.rows[0]?.n ?? 0} events\n`);
    await client.end();
    const ended = new Promise((done) => gateway.once("exit", done));
    gateway.kill("SIGTERM");
    await ended;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
