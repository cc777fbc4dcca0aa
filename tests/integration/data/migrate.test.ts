import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensurePartitions, MONTHLY_TABLES, migrate } from "#server/data/migrate.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";

let database: TestDatabase;
let directory: string;

beforeAll(async () => {
  database = await testDatabase();
  directory = await mkdtemp(join(tmpdir(), "tact-migrations-"));
  await cp("prisma/migrations", directory, { recursive: true });
});
afterAll(async () => {
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(directory, name), { recursive: true });
  await writeFile(join(directory, name, "migration.sql"), sql);
}

describe("the migration runner", () => {
  test("finds nothing to do on a database of this release", async () => {
    expect(await migrate({ url: database.url, directory })).toEqual([]);
  });

  test("applies a new migration once, however many runners start together", async () => {
    await addMigration("29990101000000_once", "CREATE TABLE once (id int); INSERT INTO once VALUES (1);");
    const runs = await Promise.all([1, 2, 3].map(() => migrate({ url: database.url, directory })));
    expect(runs.flat()).toEqual(["29990101000000_once"]);
    expect((await database.pool.query("SELECT count(*)::int AS n FROM once")).rows).toEqual([{ n: 1 }]);
  });

  test("refuses a migration that was changed after it was applied, by name", async () => {
    await addMigration("29990101000000_once", "CREATE TABLE once (id bigint);");
    await expect(migrate({ url: database.url, directory })).rejects.toThrow(
      "The migration 29990101000000_once was changed after it had been applied to this database.",
    );
  });

  test("refuses a database that a newer release has migrated", async () => {
    await rm(join(directory, "29990101000000_once"), { recursive: true });
    await expect(migrate({ url: database.url, directory })).rejects.toThrow("which this release does not know");
    await database.pool.query("DELETE FROM _prisma_migrations WHERE migration_name = '29990101000000_once'");
  });

  test("leaves nothing of a migration that fails half-way, and applies it once it is mended", async () => {
    await addMigration("29990102000000_half", "CREATE TABLE half (id int); SELECT 1 / 0;");
    await expect(migrate({ url: database.url, directory })).rejects.toThrow("failed and was undone: division by zero");
    expect((await database.pool.query("SELECT to_regclass('half') AS half")).rows).toEqual([{ half: null }]);
    await addMigration("29990102000000_half", "CREATE TABLE half (id int);");
    expect(await migrate({ url: database.url, directory })).toEqual(["29990102000000_half"]);
  });
});

describe("month partitions", () => {
  test("are created for every month asked for, across a year's end, and creating them again changes nothing", async () => {
    const december = Date.UTC(2031, 11, 31, 23, 59);
    const names = await ensurePartitions(database.pool, ["events"], december, 2);
    expect(names).toEqual(["events_203112", "events_203201", "events_203202"]);
    expect(await ensurePartitions(database.pool, ["events"], december, 2)).toEqual(names);
  });

  test("exist for this month in every monthly table, so that nothing of today falls into a default partition", async () => {
    const month = new Date().toISOString().slice(0, 7).replace("-", "");
    for (const table of MONTHLY_TABLES) {
      const { rows } = await database.pool.query("SELECT to_regclass($1)::text AS child", [`${table}_${month}`]);
      expect(rows).toEqual([{ child: `${table}_${month}` }]);
    }
  });
});
