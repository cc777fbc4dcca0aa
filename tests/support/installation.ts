import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import type pg from "pg";
import { readEnv } from "#server/config/env.ts";
import { newSecret } from "#server/config/secret.ts";
import { createPool } from "#server/data/pool.ts";
import { createDeps, type Deps } from "#server/deps.ts";
import { silentDoorbell } from "#server/queue/doorbell.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../scripts/supervisor/embedded-postgres.ts";
import { freePort } from "../../scripts/supervisor/free-port.ts";
import { publishSystemWorld } from "./installation-definitions.ts";
import { type ManagedProcess, startManaged } from "./managed-process.ts";
import { type Accepted, readAccepted } from "./provider-oracle.ts";
import { openQueueStore, type QueueKind } from "./queue-store.ts";

export const WRITE_KEY = "tact_wk_system_tests_only_01";

export type WorkerOptions = {
  /** Where it kills itself (a name given to `deps.crashpoint`). */
  crashAt?: string;
  /** How far its clock goes ahead. */
  aheadMs?: number;
  /** How long the mail provider takes to answer, and how many calls it takes at a time. */
  providerDelayMs?: number;
  providerConcurrency?: number;
};

/** The processes of a deployment over a database and a queue store of its own, and everything a test may do to them. */
export type Installation = {
  url: string;
  pool: pg.Pool;
  /** For use cases a person would call; rings nobody. */
  deps: Deps;
  /** Starts the gateway on the installation's port. */
  startGateway(options?: { crashAt?: string }): Promise<ManagedProcess>;
  startWorker(options?: WorkerOptions): Promise<ManagedProcess>;
  database: { crash(): Promise<void>; start(): Promise<void> };
  /** Empties the queue store as an operator's mistake would. */
  wipeQueue(): Promise<void>;
  /** What reached customers. */
  accepted(): Accepted[];
  /** Everything all workers have printed. */
  workerOutput(): string;
  rows<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  count(from: string): Promise<number>;
  /** Ends every process it started and removes the folder. */
  close(): Promise<void>;
};

/** fsync stays on, as in a real installation: what is acknowledged must be on disk. */
const SETTINGS = { max_connections: "80", shared_buffers: "64MB", jit: "off", log_min_messages: "warning" };

export async function openInstallation(queue: QueueKind): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), "tact-system-"));
  // PostgreSQL may run as another account than the tests
  chmodSync(folder, 0o755);
  const scripts = await bundle();
  const cluster = {
    dataDir: join(folder, "postgres"),
    logFile: join(folder, "postgres.log"),
    password: "only-for-this-test",
    settings: SETTINGS,
    throwaway: true,
    port: await freePort(),
  };
  let server: EmbeddedPostgres = await startEmbeddedPostgres(cluster);
  const store = await openQueueStore(queue);
  const port = await freePort();
  const oracle = join(folder, "accepted.jsonl");
  const env: NodeJS.ProcessEnv = {
    PATH: process.env["PATH"],
    NODE_ENV: "test",
    PORT: String(port),
    DATABASE_URL: server.url("tact"),
    ...(store.redisUrl === null ? {} : { REDIS_URL: store.redisUrl }),
    TACT_DATA_DIR: folder,
    TACT_DEMO: "0",
    TACT_SECRET: newSecret(),
    TACT_WRITE_KEY: WRITE_KEY,
    TACT_LOG_LEVEL: "warn",
    TEST_ORACLE_FILE: oracle,
  };
  execFileSync(process.execPath, [scripts.setup], { env, stdio: ["ignore", "ignore", "inherit"] });
  const pool = createPool(server.url("tact"), { max: 16, name: "system test" });
  const deps = createDeps({ pool, env: readEnv(env), queue: silentDoorbell });
  await publishSystemWorld(deps);

  const started: ManagedProcess[] = [];
  const workers: ManagedProcess[] = [];
  async function start(script: string, more: Record<string, string>): Promise<ManagedProcess> {
    const child = await startManaged(script, { ...env, ...more }, join(folder, `process-${started.length}.log`));
    started.push(child);
    return child;
  }
  async function rows<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await pool.query<Row & pg.QueryResultRow>(text, values)).rows;
  }

  return {
    url: `http://127.0.0.1:${port}`,
    pool,
    deps,
    startGateway: ({ crashAt } = {}) => start(scripts.gateway, { TACT_CRASH_AT: crashAt ?? "" }),
    async startWorker(options = {}) {
      const worker = await start(scripts.worker, {
        TACT_CRASH_AT: options.crashAt ?? "",
        TEST_CLOCK_AHEAD_MS: String(options.aheadMs ?? 0),
        TEST_PROVIDER_DELAY_MS: String(options.providerDelayMs ?? 0),
        TEST_PROVIDER_CONCURRENCY: String(options.providerConcurrency ?? 200),
      });
      workers.push(worker);
      return worker;
    },
    database: {
      /** What `pg_ctl stop -m immediate` does: no checkpoint, sessions cut, recovery from the log at the next start. */
      async crash() {
        process.kill(Number(readFileSync(join(cluster.dataDir, "postmaster.pid"), "utf8").split("\n")[0]), "SIGQUIT");
        await server.exited;
      },
      async start() {
        server = await startEmbeddedPostgres(cluster);
      },
    },
    wipeQueue: () => store.wipe(pool),
    accepted: () => readAccepted(oracle),
    workerOutput: () => workers.map((worker) => worker.output()).join(""),
    rows,
    async count(from) {
      const [row] = await rows<{ count: number }>(`SELECT count(*)::int AS count FROM ${from}`);
      return row?.count ?? 0;
    },
    async close() {
      for (const child of started) if (child.isAlive()) await child.kill();
      await pool.end();
      await server.stop();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
      scripts.remove();
    },
  };
}

/** The processes as a release bundles them, but for the worker's provider and clock. */
async function bundle(): Promise<{ setup: string; gateway: string; worker: string; remove(): void }> {
  const folder = resolve("node_modules/.cache/tact-system", String(process.pid));
  await build({
    entryPoints: {
      setup: "scripts/supervisor/setup.ts",
      gateway: "server/gateway/main.ts",
      worker: "tests/support/installation-worker.ts",
    },
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    packages: "external",
    sourcemap: true,
    logLevel: "warning",
  });
  const file = (name: string) => join(folder, `${name}.js`);
  return {
    setup: file("setup"),
    gateway: file("gateway"),
    worker: file("worker"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
