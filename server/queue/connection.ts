import { createPostgresBackend, Queue, type QueueOptions, runMigrations, Worker, type WorkerOptions } from "bullmq";
import { Redis } from "ioredis";
import type pg from "pg";
import { type Lane, lanes, queueName } from "./lanes.ts";

/** Where jobs live: Redis when it is configured, otherwise our own PostgreSQL pool (schema `bullmq`). */
export type QueueConnection = { kind: "redis"; redis: Redis } | { kind: "postgres"; pool: pg.Pool };

export function openQueueConnection(options: { redisUrl: string | undefined; pool: pg.Pool }): QueueConnection {
  if (options.redisUrl === undefined) return { kind: "postgres", pool: options.pool };
  // A worker's blocking command must wait for Redis to come back instead of failing: null is what BullMQ requires.
  const redis = new Redis(options.redisUrl, { maxRetriesPerRequest: null });
  return { kind: "redis", redis };
}

export async function closeQueueConnection(connection: QueueConnection): Promise<void> {
  if (connection.kind === "redis") await connection.redis.quit().catch(() => connection.redis.disconnect());
}

/** Creates or upgrades the queue's own tables. Must run before any Queue or Worker opens on PostgreSQL. */
export async function migrateQueueStore(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
}

/** What we use of a BullMQ queue, whichever backend it stands on. */
export type LaneQueue = {
  add(name: string, data: object, options: { deduplication: { id: string; keepLastIfActive: boolean } }): Promise<unknown>;
  on(event: "error", listener: (error: Error) => void): unknown;
  close(): Promise<void>;
};

/** What we use of a BullMQ worker. */
export type LaneWorker = {
  run(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
  close(force?: boolean): Promise<void>;
};

export function openQueue(connection: QueueConnection, lane: Lane): LaneQueue {
  const options: Omit<QueueOptions, "connection"> = {
    defaultJobOptions: { removeOnComplete: true, removeOnFail: { count: 100 }, attempts: 1 },
    skipMetasUpdate: true,
  };
  if (connection.kind === "redis") return new Queue(queueName(lane), { ...options, connection: connection.redis });
  return new Queue(queueName(lane), { ...options, connection: connection.pool }, createPostgresBackend);
}

export function openWorker(connection: QueueConnection, lane: Lane, handler: () => Promise<void>): LaneWorker {
  const rules = lanes[lane];
  const options: Omit<WorkerOptions, "connection"> = {
    concurrency: rules.concurrency,
    lockDuration: rules.lockMs,
    stalledInterval: 5_000,
    // A doorbell whose worker died may ring again for ever: the work itself counts its attempts.
    maxStalledCount: 1_000,
    autorun: false,
  };
  if (connection.kind === "redis") return new Worker(queueName(lane), handler, { ...options, connection: connection.redis });
  return new Worker(queueName(lane), handler, { ...options, connection: connection.pool }, createPostgresBackend);
}
