import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../scripts/supervisor/embedded-postgres.ts";
import { ensurePartitions, MONTHLY_TABLES, migrate } from "../../server/data/migrate.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The server of this run, and its migrated database that tests copy. */
    databaseServer: { url: string; template: string };
  }
}

/** One PostgreSQL for the whole run: the server that TACT_TEST_DATABASE_URL names, or a throwaway one. */
export default async function startDatabaseServer(project: TestProject): Promise<() => Promise<void>> {
  const run = `tact_test_${randomBytes(6).toString("hex")}`;
  const given = process.env.TACT_TEST_DATABASE_URL;
  const own = given ? null : await throwawayServer();
  const url = given ?? own?.server.url("postgres") ?? "";

  try {
    await execute(url, `CREATE DATABASE ${run}`);
    const template = databaseUrl(url, run);
    await migrate({ url: template, directory: "prisma/migrations" });
    await createPartitions(template);
  } catch (error) {
    await own?.remove();
    throw error;
  }
  project.provide("databaseServer", { url, template: run });

  return async () => {
    if (own) return own.remove();
    const leftovers = await execute(url, `SELECT datname FROM pg_database WHERE datname LIKE '${run}%'`);
    for (const { datname } of leftovers.rows) await execute(url, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(datname)} WITH (FORCE)`);
  };
}

async function throwawayServer(): Promise<{ server: EmbeddedPostgres; remove(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "tact-test-"));
  // PostgreSQL may run as another account than the tests
  chmodSync(folder, 0o755);
  const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200", shared_buffers: "128MB" };
  const jit = { jit: "off", max_wal_size: "4GB", autovacuum_naptime: "10s" };
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, "postgres"),
    logFile: join(folder, "postgres.log"),
    password: randomBytes(12).toString("hex"),
    settings: { ...settings, ...jit },
    throwaway: true,
  });
  return {
    server,
    async remove() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function createPartitions(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await ensurePartitions(client, MONTHLY_TABLES, Date.now(), 1);
  } finally {
    await client.end();
  }
}

async function execute(url: string, text: string): Promise<pg.QueryResult<{ datname: string }>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query<{ datname: string }>(text);
  } finally {
    await client.end();
  }
}

/** The connection string of another database on the same server. */
function databaseUrl(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}
