import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { createPool } from "#server/data/pool.ts";

export type TestDatabase = { url: string; pool: pg.Pool; close(): Promise<void> };

/**
 * A database of its own for one test file: migrated, with the partitions of this month and the next, holding nothing else.
 * Close it in afterAll.
 */
export async function testDatabase(options: { max?: number } = {}): Promise<TestDatabase> {
  const server = inject("databaseServer");
  const name = `${server.template}_${randomBytes(6).toString("hex")}`;
  await onServer(server.url, `CREATE DATABASE ${name} TEMPLATE ${server.template} STRATEGY FILE_COPY`);
  const address = new URL(server.url);
  address.pathname = `/${name}`;
  const pool = createPool(address.href, { max: options.max ?? 10, name: "test" });
  return {
    url: address.href,
    pool,
    async close() {
      await pool.end();
      await onServer(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
