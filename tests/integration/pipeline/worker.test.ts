import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { migrateQueueStore } from "#server/queue/connection.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";
import { troubleStory, wipe } from "../../support/pipeline-story.ts";
import { openTelling } from "../../support/pipeline-world.ts";

let database: TestDatabase;
let tell: Awaited<ReturnType<typeof openTelling>>;
const started: ChildProcess[] = [];
beforeAll(async () => {
  database = await testDatabase();
  database.pool.on("error", () => {});
  await database.pool.query("CREATE SCHEMA IF NOT EXISTS bullmq");
  await migrateQueueStore(database.pool);
});
beforeEach(async () => {
  await wipe(database.pool);
  tell = await openTelling(database.pool, { now: () => Date.now() });
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});
afterAll(() => database.close());

/** The real worker process; resolves when it says that it is working. */
function startWorker(): Promise<{ child: ChildProcess; exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }> }> {
  const child = spawn(process.execPath, ["--import", "tsx", "workers/main.ts"], {
    env: { ...process.env, NODE_ENV: "test", DATABASE_URL: database.url, TACT_SECRET: "a-secret-that-is-only-used-in-tests-40-chars" },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  started.push(child);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on("exit", (code, signal) => resolve({ code, signal }));
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`the worker ended with ${code}`)));
    child.on("message", () => resolve({ child, exited }));
  });
}

/** Asks the database until it says yes; answers how long that took. */
async function until(question: string, limitMs: number): Promise<number> {
  const from = Date.now();
  for (;;) {
    const answer = await database.pool.query<{ yes: boolean }>(`SELECT (${question}) AS yes`).catch(() => null);
    if (answer?.rows[0]?.yes) return Date.now() - from;
    if (Date.now() - from > limitMs) throw new Error(`not within ${limitMs} ms: ${question}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const drained = (customers: number) =>
  `(SELECT count(*) FROM event_pending) = 0 AND (SELECT count(*) FROM customer WHERE merged_into IS NULL) = ${customers}`;

describe("a worker process", () => {
  it("finds work nobody rang for, survives a wiped queue and lost connections, and stops cleanly when told to", async () => {
    await tell(...troubleStory(Date.now(), 30));
    const { child, exited } = await startWorker();
    await until(drained(30), 10_000);

    await database.pool.query("DROP SCHEMA bullmq CASCADE");
    await tell(...troubleStory(Date.now(), 40).filter((told) => Number.parseInt(told.messageId, 10) >= 30));
    expect(await until(drained(40), 10_000)).toBeLessThan(5_000);

    await database.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    await tell(...troubleStory(Date.now(), 50).filter((told) => Number.parseInt(told.messageId, 10) >= 40));
    await until(drained(50), 15_000);

    child.kill("SIGTERM");
    expect(await exited).toEqual({ code: 0, signal: null });
  }, 90_000);

  it("starts without a queue store, and ends by itself when whoever started it is gone", async () => {
    await database.pool.query("DROP SCHEMA IF EXISTS bullmq CASCADE");
    const { child, exited } = await startWorker();
    child.disconnect();
    expect(await exited).toEqual({ code: 0, signal: null });
  }, 60_000);
});
