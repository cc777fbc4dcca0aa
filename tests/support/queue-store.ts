import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Redis } from "ioredis";
import type pg from "pg";
import { migrateQueueStore } from "#server/queue/connection.ts";
import { freePort } from "../../scripts/supervisor/free-port.ts";

export type QueueKind = "postgres" | "redis";

/** The queue stores that can be tried on this machine. */
export const queueKinds: readonly QueueKind[] =
  spawnSync("redis-server", ["--version"], { stdio: "ignore" }).status === 0 ? ["postgres", "redis"] : ["postgres"];

export type QueueStore = {
  /** null: the jobs lie in the installation's own database. */
  redisUrl: string | null;
  /** Takes every job away, while everything runs. */
  wipe(pool: pg.Pool): Promise<void>;
  close(): Promise<void>;
};

export function openQueueStore(kind: QueueKind): Promise<QueueStore> {
  return kind === "redis" ? openRedis() : Promise.resolve({ redisUrl: null, wipe: dropSchema, close: async () => {} });
}

async function dropSchema(pool: pg.Pool): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await pool.query("DROP SCHEMA bullmq CASCADE");
      break;
    } catch (error) {
      // dropping every table at once may lock against a worker that is at them; the server then gives up one of the two
      if (attempt === 20 || !(error instanceof Error && "code" in error && error.code === "40P01")) throw error;
    }
  }
  await migrateQueueStore(pool);
}

async function openRedis(): Promise<QueueStore> {
  const port = await freePort();
  const quiet = ["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"];
  const server = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", ...quiet], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface(server.stdout)) if (line.includes("Ready to accept connections")) break;
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url);
  return {
    redisUrl: url,
    async wipe() {
      await client.flushall();
    },
    async close() {
      client.disconnect();
      const ended = once(server, "exit");
      server.kill("SIGTERM");
      await ended;
    },
  };
}
