import pg from "pg";
import { readEnv } from "#server/config/env.ts";
import { ensurePartitions, MigrationRefused, MONTHLY_TABLES, migrate } from "#server/data/migrate.ts";
import { createPool } from "#server/data/pool.ts";
import { createDeps } from "#server/deps.ts";
import { migrateQueueStore } from "#server/queue/connection.ts";
import { silentDoorbell } from "#server/queue/doorbell.ts";
import { readCredentials, writeCredentials } from "./data-folder.ts";
import { firstRun } from "./first-run.ts";

const MONTHS_AHEAD = 2;

/** Prepares the database of this installation: creates it when missing, migrates, makes partitions ahead, seeds on the first run. */
async function setUp(): Promise<void> {
  const env = readEnv();
  await createDatabase(env.databaseUrl);
  await migrate({
    url: env.databaseUrl,
    directory: "prisma/migrations",
    onApply: (name) => process.stdout.write(`  Migrating: ${name} …\n`),
  });
  const pool = createPool(env.databaseUrl, { max: 4, name: "tact setup" });
  try {
    await ensurePartitions(pool, MONTHLY_TABLES, Date.now(), MONTHS_AHEAD);
    if (env.redisUrl === null) await migrateQueueStore(pool);
    const credentials = readCredentials(env.dataDir);
    if (env.demo && credentials.signIns.length === 0) process.stdout.write("  Setting up the example shop …\n");
    await firstRun(createDeps({ pool, queue: silentDoorbell, env }), env, credentials, (changed) => writeCredentials(env.dataDir, changed));
  } finally {
    await pool.end();
  }
}

/** A server of one's own may not have the database yet; making it is tried where the account may. */
async function createDatabase(url: string): Promise<void> {
  const address = new URL(url);
  const name = decodeURIComponent(address.pathname.slice(1));
  address.pathname = "/postgres";
  if (await exists(url)) return;
  const client = new pg.Client({ connectionString: address.href });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

async function exists(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "3D000") return false;
    throw error;
  } finally {
    await client.end();
  }
}

try {
  await setUp();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`\n${error instanceof MigrationRefused ? message : `The database could not be prepared: ${message}`}\n`);
  process.exitCode = 1;
}
