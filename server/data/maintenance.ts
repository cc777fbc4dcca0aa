import { ensurePartitions, MONTHLY_TABLES } from "./migrate.ts";
import type { Sql } from "./pool.ts";

/** Partitions of this month and the next two: rows that come while nobody looks after them find their place. */
export async function makePartitions(sql: Sql, now: number): Promise<string[]> {
  return ensurePartitions(sql, MONTHLY_TABLES, now, 2);
}
