import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../scripts/supervisor/embedded-postgres.ts";
import { type Product, processesOf, startProduct, temporaryDataFolder } from "../support/product.ts";
import { openQueueStore, type QueueStore, queueKinds } from "../support/queue-store.ts";

const folder = temporaryDataFolder();
let serverFolder: string;
let postgres: EmbeddedPostgres;
let store: QueueStore;

beforeAll(async () => {
  serverFolder = mkdtempSync(join(tmpdir(), "tact-own-"));
  chmodSync(serverFolder, 0o755);
  const place = { dataDir: join(serverFolder, "postgres"), logFile: join(serverFolder, "log") };
  postgres = await startEmbeddedPostgres({ ...place, password: "own", settings: { fsync: "off" }, throwaway: true });
  store = await openQueueStore(queueKinds.includes("redis") ? "redis" : "postgres");
}, 60_000);
afterAll(async () => {
  await store.close();
  await postgres.stop();
  rmSync(serverFolder, { recursive: true, force: true });
  folder.remove();
}, 60_000);

async function stop(product: Product): Promise<number | null> {
  product.process.kill("SIGTERM");
  return product.ended;
}

describe.skipIf(process.platform !== "linux")("npm start with servers of one's own", () => {
  test("creates the database there, prints the first administrator's link, and runs no PostgreSQL itself", {
    timeout: 300_000,
  }, async () => {
    const env = {
      DATABASE_URL: postgres.url("tact_own"),
      TACT_SECRET: "own:0123456789abcdef0123456789abcdef",
      TACT_WRITE_KEY: "tact_wk_given_by_the_operator",
      TACT_API_KEY: "tact_sk_given_by_the_operator",
      ...(store.redisUrl === null ? {} : { REDIS_URL: store.redisUrl }),
    };
    const product = await startProduct({ dataDir: folder.dataDir, env });
    try {
      await vi.waitFor(() => expect(product.output()).toContain("Tact is ready"), { timeout: 240_000, interval: 100 });
      expect(product.output()).toMatch(/First administrator \(works once\): http:\/\/localhost:\d+\/setup\?token=\S{40,}/);
      expect(product.output()).not.toContain("Sign in as");
      expect(processesOf(folder.dataDir).filter((line) => line.includes("postgres -D"))).toEqual([]);

      const headers = {
        authorization: `Basic ${Buffer.from(`${env.TACT_WRITE_KEY}:`).toString("base64")}`,
        "content-type": "application/json",
      };
      const body = JSON.stringify({ userId: "anna", event: "Started" });
      expect((await fetch(`http://127.0.0.1:${product.port}/v1/track`, { method: "POST", headers, body })).status).toBe(200);
      const anna = () =>
        fetch(`http://127.0.0.1:${product.port}/v1/customers/anna`, { headers: { authorization: `Bearer ${env.TACT_API_KEY}` } });
      await vi.waitFor(async () => expect((await anna()).status).toBe(200), { timeout: 10_000, interval: 50 });

      const log =
        readFileSync(join(folder.dataDir, "log", "gateway.log"), "utf8") + readFileSync(join(folder.dataDir, "log", "worker.log"), "utf8");
      for (const secret of [env.TACT_SECRET, env.TACT_WRITE_KEY, env.TACT_API_KEY, ":own@"]) expect(log).not.toContain(secret);
    } finally {
      expect(await stop(product)).toBe(0);
    }
    expect(processesOf(folder.dataDir)).toEqual([]);
  });
});
