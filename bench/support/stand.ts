import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import * as z from "zod";
import { readEnv, readSettings } from "#server/config/env.ts";
import { createPool } from "#server/data/pool.ts";
import { createDeps, type Deps } from "#server/deps.ts";
import { silentDoorbell } from "#server/queue/doorbell.ts";
import { readCredentials } from "../../scripts/supervisor/data-folder.ts";
import { openDatabase } from "../../scripts/supervisor/database.ts";
import { freePort } from "../../scripts/supervisor/free-port.ts";
import { bundleProcesses } from "./bundle.ts";
import { type Child, startChild } from "./child.ts";
import type { Watched } from "./processor-time.ts";
import { costliestStatements, enableStatistics, watchesStatements } from "./statements.ts";
import { type Arrivals, arrivalsSchema } from "./tally.ts";

export const WRITE_KEY = "tact_wk_benchmark_only_0001";

/** Variables for every process of the stand, or for one. */
export type Environment = Record<string, string>;

export type GatewayProcess = { pid: number; port: number; stop(): Promise<void> };
export type CountingProcess = {
  pid: number;
  /** Counts from now on; resolves with arrival number `count`. */
  expect(count: number, options?: { each?: boolean; timeoutMs?: number }): Promise<Arrivals>;
  stop(): Promise<void>;
};
export type WorkerProcess = CountingProcess & { work(): Promise<void>; rest(): Promise<void> };

/** An installation to measure: an embedded PostgreSQL as `npm start` runs it, prepared by the real set-up, in a folder of its own. */
export type Stand = {
  pool: pg.Pool;
  /** For preparing the world; its bell is silent. */
  deps: Deps;
  startGateway(): Promise<GatewayProcess>;
  /** Not working yet. */
  startWorker(env?: Environment): Promise<WorkerProcess>;
  startSink(): Promise<CountingProcess & { url: string }>;
  /** The database and this process, for `watchProcessors`. */
  watched: readonly Watched[];
  /** Ends every process it started and removes the folder. */
  close(): Promise<void>;
};

export async function openStand(given: Environment = {}): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), "tact-bench-"));
  chmodSync(folder, 0o755);
  const scripts = await bundleProcesses();
  const settings = readSettings({ NODE_ENV: "production", TACT_DATA_DIR: folder });
  const credentials = readCredentials(folder);
  let database = await openDatabase(settings, credentials);
  if (watchesStatements) {
    await enableStatistics(database.url);
    await database.embedded?.stop();
    database = await openDatabase(settings, credentials);
  }
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    NODE_ENV: "production",
    TACT_DATA_DIR: folder,
    TACT_DEMO: "0",
    TACT_LOG_LEVEL: "warn",
    TACT_WRITE_KEY: WRITE_KEY,
    TACT_SECRET: credentials.secret,
    DATABASE_URL: database.url,
    ...given,
  };
  execFileSync(process.execPath, [scripts.file("setup")], { env, stdio: ["ignore", "ignore", "inherit"] });
  const pool = createPool(database.url, { max: 4, name: "tact bench" });
  const children: { stop(): Promise<void> }[] = [];
  const postmaster = Number(readFileSync(join(folder, "postgres", "postmaster.pid"), "utf8").split("\n")[0]);

  async function start(script: Parameters<typeof scripts.file>[0], more: Environment): Promise<Child> {
    const child = await startChild(scripts.file(script), { ...env, ...more });
    children.push(child);
    return child;
  }
  return {
    pool,
    deps: createDeps({ pool, queue: silentDoorbell, env: readEnv(env) }),
    watched: [
      { name: "generator", pid: process.pid },
      { name: "postgres", pid: postmaster, family: true },
    ],
    async startGateway() {
      const port = await freePort();
      const { pid, stop } = await start("gateway", { PORT: String(port) });
      return { pid, port, stop };
    },
    async startWorker(more = {}) {
      const child = await start("worker", more);
      return {
        ...counting(child),
        work: () => child.ask({ ask: "work" }, z.null()).then(() => {}),
        rest: () => child.ask({ ask: "rest" }, z.null()).then(() => {}),
      };
    },
    async startSink() {
      const port = await freePort();
      return { ...counting(await start("sink", { PORT: String(port) })), url: `smtp://127.0.0.1:${port}` };
    },
    async close() {
      for (const child of children.reverse()) await child.stop();
      if (watchesStatements) process.stdout.write(await costliestStatements(pool));
      await pool.end();
      await database.embedded?.stop();
      rmSync(folder, { recursive: true, force: true });
      scripts.remove();
    },
  };
}

function counting(child: Child): CountingProcess {
  return {
    pid: child.pid,
    stop: child.stop,
    async expect(count, { each = false, timeoutMs = 120_000 } = {}) {
      try {
        return await child.ask({ ask: "expect", count, each }, arrivalsSchema, timeoutMs);
      } catch (cause) {
        const arrived = await child.ask({ ask: "count" }, z.number(), 5_000);
        throw new Error(`${arrived} of ${count} arrived in ${timeoutMs / 1000} s`, { cause });
      }
    },
  };
}

/** For a run in which something did not arrive: where on the road it is. */
async function whatIsLeft(pool: Stand["pool"]): Promise<string> {
  const { rows } = await pool.query<{ place: string; n: number }>(
    `SELECT 'event waiting' AS place, count(*)::int AS n FROM event_pending HAVING count(*) > 0
     UNION ALL SELECT 'event put aside', count(*)::int FROM event_quarantine HAVING count(*) > 0
     UNION ALL SELECT 'enrollment ' || status || ' ' || coalesce(end_reason, node_id), count(*)::int FROM enrollment GROUP BY 1
     UNION ALL SELECT 'candidate ' || status || ' ' || coalesce(last_verdict || ' ' || coalesce(last_guard, ''), 'undecided'), count(*)::int
       FROM candidate GROUP BY 1
     UNION ALL SELECT 'message ' || state || ' ' || coalesce(reason, ''), count(*)::int FROM send_ledger GROUP BY 1`,
  );
  return rows.map((row) => `  ${row.place}: ${row.n}`).join("\n");
}

/** Opens a stand, works on it and always closes it. */
export async function withStand(work: (stand: Stand) => Promise<void>, env: Environment = {}): Promise<void> {
  const stand = await openStand(env);
  try {
    await work(stand);
  } catch (error) {
    process.stdout.write(`What the road still held:\n${await whatIsLeft(stand.pool)}\n`);
    throw error;
  } finally {
    await stand.close();
  }
}
