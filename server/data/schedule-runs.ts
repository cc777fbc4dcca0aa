import type { Sql } from "./pool.ts";

/** One occurrence of a scheduled journey in one zone, being fanned out. `cursor` is the last customer looked at. */
export type ScheduleRun = { journeyKey: string; journeyVersion: number; occurrence: number; zone: string; cursor: string | null };

/** Begins a run; an occurrence that was begun before is not begun again. */
export async function startRun(tx: Sql, run: Omit<ScheduleRun, "cursor">): Promise<boolean> {
  const result = await tx.query(
    `INSERT INTO schedule_run (journey_key, journey_version, occurrence, zone) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [run.journeyKey, run.journeyVersion, new Date(run.occurrence), run.zone],
  );
  return result.rowCount === 1;
}

/** The oldest unfinished run, locked; one that another worker is busy with is left out. */
export async function lockOpenRun(tx: Sql): Promise<ScheduleRun | null> {
  const result = await tx.query<{ journey_key: string; journey_version: number; occurrence: Date; zone: string; cursor: string | null }>(
    `SELECT journey_key, journey_version, occurrence, zone, cursor FROM schedule_run
     WHERE finished_at IS NULL ORDER BY occurrence, journey_key, zone LIMIT 1 FOR UPDATE SKIP LOCKED`,
  );
  const row = result.rows[0];
  if (row === undefined) return null;
  return {
    journeyKey: row.journey_key,
    journeyVersion: row.journey_version,
    occurrence: row.occurrence.getTime(),
    zone: row.zone,
    cursor: row.cursor,
  };
}

/** Notes how far a run has come; `finishedAt` ends it. */
export async function moveRun(
  tx: Sql,
  run: ScheduleRun,
  progress: { cursor: string | null; matched: number; finishedAt: number | null },
): Promise<void> {
  await tx.query(
    `UPDATE schedule_run SET cursor = $4, matched = matched + $5, finished_at = $6
     WHERE journey_key = $1 AND occurrence = $2 AND zone = $3`,
    [
      run.journeyKey,
      new Date(run.occurrence),
      run.zone,
      progress.cursor,
      progress.matched,
      progress.finishedAt === null ? null : new Date(progress.finishedAt),
    ],
  );
}

export async function hasOpenRun(sql: Sql): Promise<boolean> {
  const result = await sql.query<{ open: boolean }>("SELECT EXISTS (SELECT 1 FROM schedule_run WHERE finished_at IS NULL) AS open");
  return result.rows[0]?.open ?? false;
}
