import type { Sql } from "./pool.ts";
import type { CustomerTimer } from "./timers.ts";

/** Exactly what one batch looked at, and when: the same inputs can be run through the simulator. */
export type Evaluation = {
  id: string;
  kind: "events" | "timers" | "gate" | "schedule" | "settlement" | "reaction" | "api";
  now: number;
  catalogEpoch: number;
  eventIds: readonly string[];
  timers: readonly CustomerTimer[];
  candidateIds: readonly string[];
};

export async function recordEvaluation(tx: Sql, evaluation: Evaluation): Promise<void> {
  await tx.query(
    `INSERT INTO evaluation_log (id, kind, now, catalog_epoch, event_ids, timers, candidate_ids) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      evaluation.id,
      evaluation.kind,
      new Date(evaluation.now),
      evaluation.catalogEpoch,
      evaluation.eventIds,
      JSON.stringify(evaluation.timers),
      evaluation.candidateIds,
    ],
  );
}

/** Every evaluation since an instant, in the order in which they happened. */
export async function listEvaluations(sql: Sql, since: number): Promise<Evaluation[]> {
  const result = await sql.query<{
    id: string;
    kind: Evaluation["kind"];
    now: Date;
    catalog_epoch: number;
    event_ids: string[];
    timers: CustomerTimer[];
    candidate_ids: string[];
  }>("SELECT * FROM evaluation_log WHERE now >= $1 ORDER BY id", [new Date(since)]);
  return result.rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    now: row.now.getTime(),
    catalogEpoch: row.catalog_epoch,
    eventIds: row.event_ids,
    timers: row.timers,
    candidateIds: row.candidate_ids,
  }));
}

/** Forgets evaluations older than `before`. */
export async function pruneEvaluations(sql: Sql, before: number): Promise<void> {
  await sql.query("DELETE FROM evaluation_log WHERE id < uuid_floor($1)", [new Date(before)]);
}
