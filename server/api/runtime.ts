import { type Env, readEnv } from "../config/env.ts";
import { createPool } from "../data/pool.ts";
import { createDeps, type Deps } from "../deps.ts";
import { openQueueConnection } from "../queue/connection.ts";
import { createDoorbell } from "../queue/doorbell.ts";
import { createLogger, type Log } from "../telemetry/log.ts";

export type Runtime = { env: Env; deps: Deps; log: Log };

/** The console serves people, not machines: few connections are enough and leave the rest to the gateway and the workers. */
const MAX_CONNECTIONS = 6;

declare global {
  // one runtime per process, also when the development server loads this module again
  var tactConsoleRuntime: Runtime | undefined;
}

/** What the console's process works with; made on first use, so that a build needs no database. */
export function getRuntime(): Runtime {
  globalThis.tactConsoleRuntime ??= createRuntime();
  return globalThis.tactConsoleRuntime;
}

function createRuntime(): Runtime {
  const env = readEnv();
  const log = createLogger("console");
  const pool = createPool(env.databaseUrl, {
    max: Math.min(MAX_CONNECTIONS, env.poolSize),
    name: "tact console",
    onError: (err) => log.warn({ err }, "idle database connection lost"),
  });
  const connection = openQueueConnection({ redisUrl: env.redisUrl ?? undefined, pool });
  const queue = createDoorbell(connection, { onError: (lane, err) => log.warn({ err, lane }, "doorbell not heard") });
  // next-auth reads its own address from the environment and would otherwise trust the Host header
  process.env.NEXTAUTH_URL ??= env.url;
  return { env, deps: createDeps({ pool, queue }), log };
}
