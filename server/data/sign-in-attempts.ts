import type { Sql } from "./pool.ts";

/**
 * Counts one more attempt in each bucket and returns the counts including it. A bucket whose window has run out begins anew. Counting
 * comes before the password is looked at, so that parallel guesses cannot slip under the limit.
 */
export async function countAttempts(sql: Sql, buckets: readonly string[], now: number, windowMs: number): Promise<Map<string, number>> {
  const { rows } = await sql.query<{ bucket: string; failures: number }>(
    `INSERT INTO sign_in_attempt AS a (bucket, failures, window_started_at)
     SELECT bucket, 1, $2 FROM unnest($1::text[]) AS bucket ORDER BY bucket
     ON CONFLICT (bucket) DO UPDATE SET
       failures = CASE WHEN a.window_started_at <= $3 THEN 1 ELSE a.failures + 1 END,
       window_started_at = CASE WHEN a.window_started_at <= $3 THEN $2 ELSE a.window_started_at END
     RETURNING bucket, failures`,
    [buckets, new Date(now), new Date(now - windowMs)],
  );
  return new Map(rows.map((row) => [row.bucket, row.failures]));
}

/** A right password: the account's bucket is forgotten and the shared one gets its attempt back. */
export async function forgive(sql: Sql, forget: string, giveBack: string): Promise<void> {
  await sql.query("DELETE FROM sign_in_attempt WHERE bucket = $1", [forget]);
  await sql.query("UPDATE sign_in_attempt SET failures = greatest(failures - 1, 0) WHERE bucket = $1", [giveBack]);
}

/** Drops buckets whose window ran out before `before`. */
export async function prune(sql: Sql, before: number): Promise<void> {
  await sql.query("DELETE FROM sign_in_attempt WHERE window_started_at < $1", [new Date(before)]);
}
