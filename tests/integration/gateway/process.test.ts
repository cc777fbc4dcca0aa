import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createPool } from "#server/data/pool.ts";
import { createDeps } from "#server/deps.ts";
import { migrateQueueStore } from "#server/queue/connection.ts";
import { provisionDefaultSources } from "#server/usecases/ingest/provision-sources.ts";
import { freePort } from "../../../scripts/supervisor/free-port.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";
import { post, WRITE_KEY } from "./gateway-under-test.ts";

// four processes start one after the other
vi.setConfig({ testTimeout: 60_000 });

let database: TestDatabase;
let child: ChildProcess | undefined;

beforeAll(async () => {
  database = await testDatabase();
  await migrateQueueStore(database.pool);
  const pool = createPool(database.url, { max: 2, name: "provision" });
  await provisionDefaultSources(createDeps({ pool, queue: { ring: () => {}, close: async () => {} } }), { writeKey: WRITE_KEY });
  await pool.end();
});
afterEach(() => child?.kill("SIGKILL"));
afterAll(() => database.close());

type Ended = { code: number | null; signal: string | null; errors: string };

function start(port: number, more: Record<string, string> = {}): Promise<Ended> {
  const env = { ...process.env, PORT: String(port), DATABASE_URL: database.url, TACT_SECRET: "0".repeat(64), ...more };
  const started = spawn(process.execPath, ["--import", "tsx", "server/gateway/main.ts"], {
    env,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  child = started;
  let errors = "";
  started.stderr?.on("data", (chunk) => {
    errors += chunk;
  });
  return new Promise((resolve) => started.once("exit", (code, signal) => resolve({ code, signal, errors })));
}

const healthy = (url: string) =>
  expect
    .poll(
      () =>
        fetch(`${url}/v1/health`).then(
          (reply) => reply.status,
          () => 0,
        ),
      { timeout: 25_000 },
    )
    .toBe(200);

describe("the gateway process", () => {
  test("takes events in, and on SIGTERM ends by itself with code 0 while a client keeps its connection", async () => {
    const port = await freePort();
    const ended = start(port);
    const url = `http://127.0.0.1:${port}`;
    await healthy(url);
    expect((await post(`${url}/v1/track`, { event: "X", userId: "u" })).status).toBe(200);
    child?.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: 0, signal: null });
  });

  test("killed in the middle of a stream of events, it has stored all that it answered 2xx", async () => {
    const port = await freePort();
    const ended = start(port);
    const url = `http://127.0.0.1:${port}`;
    await healthy(url);
    const acknowledged: string[] = [];
    let next = 0;
    const senders = Array.from({ length: 8 }, async () => {
      while (child?.exitCode === null && child.signalCode === null) {
        const messageId = `kill-${next}`;
        next += 1;
        const batch = [
          { type: "track", event: "X", userId: "u", messageId },
          { type: "track", event: "X", userId: "u", messageId: `${messageId}-b` },
        ];
        const reply = await post(`${url}/v1/batch`, { batch }).catch(() => null);
        if (reply?.status === 200) acknowledged.push(messageId, `${messageId}-b`);
        if (acknowledged.length > 400) child.kill("SIGKILL");
      }
    });
    await Promise.all([...senders, ended]);
    const stored = await database.pool.query<{ id: string }>(
      "SELECT payload->>'messageId' AS id FROM events WHERE payload->>'messageId' LIKE 'kill-%'",
    );
    const ids = stored.rows.map((row) => row.id);
    expect(acknowledged.length).toBeGreaterThan(400);
    expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    const work = await database.pool.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM events e LEFT JOIN event_pending p ON p.event_id = e.id LEFT JOIN event_ledger l USING (message_key) WHERE p.event_id IS NULL OR l.message_key IS NULL",
    );
    expect(work.rows).toEqual([{ n: 0 }]);
  });

  test("ends when the process that started it is gone", async () => {
    const port = await freePort();
    const ended = start(port);
    await healthy(`http://127.0.0.1:${port}`);
    child?.disconnect();
    expect(await ended).toMatchObject({ code: 0, signal: null });
  });

  test("says in a sentence that the port is taken", async () => {
    const squatter = createServer();
    const port = await freePort();
    await new Promise<void>((ready) => squatter.listen(port, "127.0.0.1", ready));
    const { code, errors } = await start(port);
    squatter.close();
    expect(code).toBe(1);
    expect(errors).toMatch(/Another program uses the port/);
  });

  test("lists every fault of its environment", async () => {
    const { code, errors } = await start(1, { PORT: "http", TACT_URL: "nonsense" });
    expect(code).toBe(1);
    expect(errors).toContain("PORT");
    expect(errors).toContain("TACT_URL");
  });
});
