import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../../scripts/supervisor/embedded-postgres.ts";
import { isRunning } from "../../../scripts/supervisor/process-table.ts";

let folder: string;
let running: EmbeddedPostgres | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tact-pg-"));
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  await running?.stop();
  running = null;
  rmSync(folder, { recursive: true, force: true });
});

function options(dataDir = join(folder, "postgres")) {
  return { dataDir, logFile: join(folder, "log"), password: "p@ss/word", settings: { fsync: "off" }, throwaway: true };
}

async function query(server: EmbeddedPostgres, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url("postgres") });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

function postmaster(dataDir: string): number {
  return Number(readFileSync(join(dataDir, "postmaster.pid"), "utf8").split("\n")[0]);
}

test("what was written is there after a stop and a new start", async () => {
  running = await startEmbeddedPostgres(options());
  await query(running, "CREATE TABLE kept AS SELECT 42 AS answer");
  await running.stop();
  running = await startEmbeddedPostgres(options());
  expect(await query(running, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
});

test("a server that outlived its supervisor is ended before a new one starts, and nothing committed is lost", async () => {
  running = await startEmbeddedPostgres(options());
  await query(running, "CREATE TABLE kept AS SELECT 42 AS answer");
  const leftover = running;
  const pid = postmaster(join(folder, "postgres"));
  running = await startEmbeddedPostgres(options());
  await leftover.exited;
  expect(isRunning(pid, folder)).toBe(false);
  expect(await query(running, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
});

test("recovers by itself from a kill in the middle of its work", async () => {
  running = await startEmbeddedPostgres(options());
  await query(running, "CREATE TABLE kept AS SELECT 42 AS answer");
  process.kill(postmaster(join(folder, "postgres")), "SIGKILL");
  await running.exited;
  running = await startEmbeddedPostgres(options());
  expect(await query(running, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
});

test("text is compared by code point and stored as UTF-8, whatever the machine's locale", async () => {
  running = await startEmbeddedPostgres(options());
  expect(await query(running, "SELECT 'a' < 'B' AS order, current_setting('server_encoding') AS encoding")).toEqual([
    { order: false, encoding: "UTF8" },
  ]);
});

test.skipIf(process.platform !== "linux")("ends when its supervisor is killed outright", async () => {
  const dataDir = join(folder, "postgres");
  const script = `import { startEmbeddedPostgres } from "./scripts/supervisor/embedded-postgres.ts";
    await startEmbeddedPostgres(${JSON.stringify(options(dataDir))}); process.stdout.write("up"); setInterval(() => {}, 1000);`;
  const supervisor = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((done) => supervisor.stdout.once("data", done));
  const pid = postmaster(dataDir);
  expect(isRunning(pid, dataDir)).toBe(true);
  supervisor.kill("SIGKILL");
  await vi.waitFor(() => expect(isRunning(pid, dataDir)).toBe(false), { timeout: 10_000 });
});

test.skipIf(process.getuid?.() !== 0)("runs as root from a folder that only root may enter", async () => {
  const closed = join(folder, "closed");
  mkdirSync(closed, { mode: 0o700 });
  running = await startEmbeddedPostgres(options(join(closed, "postgres")));
  expect(await query(running, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});
