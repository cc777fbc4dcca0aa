import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "#server/config/env.ts";
import type { Credentials } from "./data-folder.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded-postgres.ts";
import { reachable } from "./ports.ts";

export type Database = {
  url: string;
  /** null when the server is not ours to watch. */
  embedded: EmbeddedPostgres | null;
};

const REACH_LIMIT_MS = 5_000;

/**
 * Settings of the embedded server. fsync stays on: an event answered 2xx survives a power cut. max_connections covers the connection
 * budget of docs/OPERATIONS.md twice over.
 */
const SETTINGS = {
  max_connections: "100",
  shared_buffers: "256MB",
  effective_cache_size: "1GB",
  work_mem: "8MB",
  maintenance_work_mem: "64MB",
  wal_buffers: "16MB",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  checkpoint_completion_target: "0.9",
  random_page_cost: "1.1",
  jit: "off",
  io_method: "sync",
  autovacuum_naptime: "15s",
  log_min_messages: "warning",
  // the text of a failing statement may hold a customer's data
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
};

/** The database of this installation: the server DATABASE_URL names, or the embedded one under the data folder. */
export async function openDatabase(settings: Settings, credentials: Credentials): Promise<Database> {
  if (settings.databaseUrl !== null) {
    await reachable("DATABASE_URL", settings.databaseUrl, 5432, REACH_LIMIT_MS);
    return { url: settings.databaseUrl, embedded: null };
  }
  mkdirSync(join(settings.dataDir, "log"), { recursive: true });
  const embedded = await startEmbeddedPostgres({
    dataDir: join(settings.dataDir, "postgres"),
    logFile: join(settings.dataDir, "log", "postgres.log"),
    password: credentials.postgresPassword,
    settings: SETTINGS,
  });
  return { url: embedded.url("tact"), embedded };
}
