import type { ReactionKind } from "../domain/journeys/enrollment.ts";
import { uuidArray } from "./binary-array.ts";
import type { Sql } from "./pool.ts";
import type { CustomerTimer } from "./timers.ts";

/** What one batch looked at; never names, addresses or properties, so that erasing a customer leaves nothing here. */
export type Evaluated =
  | { kind: "events"; eventIds: readonly string[] }
  | { kind: "timers"; timers: readonly CustomerTimer[] }
  | { kind: "gate"; candidateIds: readonly string[] }
  /** One chunk of an occurrence: the members of its segment that it met. */
  | { kind: "schedule"; customerIds: readonly string[]; detail: { journeyKey: string; occurrence: number; zone: string } }
  /** The properties that came with the call are those of its enrollment. */
  | { kind: "api"; customerIds: readonly string[]; detail: { journeyKey: string; key: string } }
  | {
      kind: "reaction";
      customerIds: readonly string[];
      detail: { messageId: string; reaction: ReactionKind; at: number; until: number | null };
    };

/** Exactly what one batch looked at, and when: the same inputs can be run through the simulator. */
export type Evaluation = { id: string; now: number; catalogEpoch: number } & Evaluated;

export async function recordEvaluation(tx: Sql, evaluation: Evaluation): Promise<void> {
  await tx.query(
    `INSERT INTO evaluation_log (id, kind, now, catalog_epoch, event_ids, timers, candidate_ids, customer_ids, detail)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      evaluation.id,
      evaluation.kind,
      new Date(evaluation.now),
      evaluation.catalogEpoch,
      uuidArray(evaluation.kind === "events" ? evaluation.eventIds : []),
      JSON.stringify(evaluation.kind === "timers" ? evaluation.timers : []),
      uuidArray(evaluation.kind === "gate" ? evaluation.candidateIds : []),
      uuidArray("customerIds" in evaluation ? evaluation.customerIds : []),
      "detail" in evaluation ? JSON.stringify(evaluation.detail) : null,
    ],
  );
}

type Row = {
  id: string;
  kind: Evaluation["kind"];
  now: Date;
  catalog_epoch: number;
  event_ids: string[];
  timers: CustomerTimer[];
  candidate_ids: string[];
  customer_ids: string[];
  detail: unknown;
};

/** Every evaluation since an instant, in the order in which they happened. */
export async function listEvaluations(sql: Sql, since: number): Promise<Evaluation[]> {
  const result = await sql.query<Row>("SELECT * FROM evaluation_log WHERE now >= $1 ORDER BY id", [new Date(since)]);
  return result.rows.map(parseEvaluation);
}

/** Our own rows, as `recordEvaluation` writes them. */
function parseEvaluation(row: Row): Evaluation {
  return {
    id: row.id,
    kind: row.kind,
    now: row.now.getTime(),
    catalogEpoch: row.catalog_epoch,
    eventIds: row.event_ids,
    timers: row.timers,
    candidateIds: row.candidate_ids,
    customerIds: row.customer_ids,
    detail: row.detail,
  } as Evaluation;
}

/** Forgets evaluations older than `before`. */
export async function pruneEvaluations(sql: Sql, before: number): Promise<void> {
  await sql.query("DELETE FROM evaluation_log WHERE id < uuid_floor($1)", [new Date(before)]);
}
