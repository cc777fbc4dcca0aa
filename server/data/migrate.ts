import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";

/** Prisma's own lock, so that `prisma migrate deploy` and this runner never work on one database at the same time. */
const MIGRATION_LOCK = 72707369;

const RECORDS = `
CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY NOT NULL,
  checksum varchar(64) NOT NULL,
  finished_at timestamptz,
  migration_name varchar(255) NOT NULL,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`;

/** The tables partitioned by the month in their UUIDv7 keys. */
export const MONTHLY_TABLES = ["events", "decision", "message_body"] as const;

type Migration = { name: string; sql: string; checksum: string };
type Recorded = { migration_name: string; checksum: string; finished_at: Date | null };

/** Why a database cannot be brought to this release; the message is meant for the operator. */
export class MigrationRefused extends Error {
  override name = "MigrationRefused";
}

/**
 * Brings a database to this release: applies the migrations it lacks, each in one transaction together with its record, in the layout
 * of Prisma (`prisma migrate status` and `deploy` read the same records). Concurrent callers wait for each other; running it again
 * changes nothing. Returns the names it applied.
 */
export async function migrate(options: { url: string; directory: string; onApply?: (name: string) => void }): Promise<string[]> {
  const migrations = await readMigrations(options.directory);
  const client = new pg.Client({ connectionString: options.url, application_name: "tact migrate" });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await client.query(RECORDS);
    const { rows } = await client.query<Recorded>(
      "SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at",
    );
    const missing = pendingMigrations(migrations, rows);
    for (const migration of missing) {
      options.onApply?.(migration.name);
      await apply(client, migration);
    }
    return missing.map((migration) => migration.name);
  } finally {
    // ending the session releases the lock
    await client.end();
  }
}

/** Which migrations are still to be applied; throws when the recorded history is not a beginning of ours. */
export function pendingMigrations(migrations: Migration[], recorded: Recorded[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const record of recorded) {
    const migration = known.get(record.migration_name);
    if (!migration) {
      throw new MigrationRefused(
        `The database has the migration ${record.migration_name}, which this release does not know: it was last used by a newer release. Start that one.`,
      );
    }
    if (record.finished_at === null) {
      throw new MigrationRefused(
        `The migration ${record.migration_name} was begun and not finished. Restore the backup, or repair it and run "prisma migrate resolve".`,
      );
    }
    if (record.checksum !== migration.checksum) {
      throw new MigrationRefused(
        `The migration ${record.migration_name} was changed after it had been applied to this database. Restore the file as it was; changes belong in a new migration.`,
      );
    }
  }
  const applied = new Set(recorded.map((record) => record.migration_name));
  return migrations.filter((migration) => !applied.has(migration.name));
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(directory, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query("COMMIT");
  } catch (cause) {
    await client.query("ROLLBACK");
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationRefused(`The migration ${migration.name} failed and was undone: ${reason}`, { cause });
  }
}

/**
 * Creates the month partitions of `tables` from the month of `from` (epoch milliseconds) through `monthsAhead` later ones; those that
 * exist stay as they are. Returns the partitions' names.
 */
export async function ensurePartitions(
  sql: { query(text: string, values: unknown[]): Promise<{ rows: { child: string }[] }> },
  tables: readonly string[],
  from: number,
  monthsAhead: number,
): Promise<string[]> {
  const { rows } = await sql.query(
    `SELECT ensure_month_partition(parent, date_trunc('month', $2::timestamptz, 'UTC') + make_interval(months => month)) AS child
     FROM unnest($1::text[]) AS parent, generate_series(0, $3::int) AS month ORDER BY parent, month`,
    [tables, new Date(from), monthsAhead],
  );
  return rows.map((row) => row.child);
}
