import type { Env } from "./config/env.ts";
import { createPool } from "./data/pool.ts";
import { createDeps, type Deps } from "./deps.ts";
import { closeQueueConnection, openQueueConnection, type QueueConnection } from "./queue/connection.ts";
import { createDoorbell } from "./queue/doorbell.ts";

export type OpenDeps = {
  deps: Deps;
  /** Where workers listen for the bell. */
  connection: QueueConnection;
  /** Rings what is to be rung, then ends the connections. */
  close(): Promise<void>;
};

/** The connections of one process and the dependencies on top of them. Connects on first use: a database that is down is no fault yet. */
export function openDeps(options: { env: Env; name: string; onError(what: string, error: unknown): void }): OpenDeps {
  const { env, name, onError } = options;
  const pool = createPool(env.databaseUrl, {
    max: env.poolSize,
    name,
    onError: (error) => onError("a database connection was lost", error),
  });
  const connection = openQueueConnection({ redisUrl: env.redisUrl ?? undefined, pool });
  if (connection.kind === "redis") connection.redis.on("error", (error) => onError("Redis is away", error));
  const queue = createDoorbell(connection, { onError: (lane, error) => onError(`the bell of lane ${lane} could not be rung`, error) });
  return {
    deps: createDeps({ pool, queue, env }),
    connection,
    async close() {
      await queue.close();
      await closeQueueConnection(connection);
      await pool.end();
    },
  };
}
