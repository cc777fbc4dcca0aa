import type { Offer } from "../domain/journeys/enrollment.ts";
import { uuidArray } from "./binary-array.ts";
import type { Sql } from "./pool.ts";

export type NewCandidate = { id: string; customerId: string; offer: Offer };

/** Offers become candidates, due at once. The same step never makes two: its key is unique. */
export async function insertCandidates(tx: Sql, candidates: readonly NewCandidate[]): Promise<void> {
  if (candidates.length === 0) return;
  await tx.query(
    `INSERT INTO candidate (id, customer_id, enrollment_id, offer, status, due_at, valid_until, created_at, step_key)
     SELECT id, customer_id, enrollment_id, offer, 'open', created_at, valid_until, created_at, step_key
     FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, customer_id uuid, enrollment_id uuid, offer jsonb, created_at timestamptz,
       valid_until timestamptz, step_key text)
     ON CONFLICT (step_key) DO NOTHING`,
    [
      JSON.stringify(
        candidates.map(({ id, customerId, offer }) => ({
          id,
          customer_id: customerId,
          enrollment_id: offer.enrollmentId,
          offer,
          created_at: new Date(offer.createdAt),
          valid_until: new Date(offer.createdAt + offer.validForMs),
          step_key: offer.stepKey,
        })),
      ),
    ],
  );
}

/** Closes what these enrollments still had to offer, and its alarm. */
export async function closeCandidatesOf(tx: Sql, enrollments: readonly { id: string; customerId: string }[]): Promise<void> {
  if (enrollments.length === 0) return;
  await tx.query(
    `WITH closed AS (
       UPDATE candidate SET status = 'closed'
       WHERE customer_id = ANY($1::uuid[]) AND status <> 'closed' AND enrollment_id = ANY($2::uuid[]) RETURNING id, customer_id)
     DELETE FROM timer t USING closed c WHERE t.customer_id = c.customer_id AND t.kind = 'candidate' AND t.ref = c.id::text`,
    [uuidArray(enrollments.map((one) => one.customerId)), uuidArray(enrollments.map((one) => one.id))],
  );
}

/** Held candidates whose time has come are decided anew. Returns how many. */
export async function reopenCandidates(tx: Sql, ids: readonly string[], now: number): Promise<number> {
  if (ids.length === 0) return 0;
  const result = await tx.query("UPDATE candidate SET status = 'open', due_at = $2 WHERE id = ANY($1::uuid[]) AND status = 'held'", [
    uuidArray(ids),
    new Date(now),
  ]);
  return result.rowCount ?? 0;
}

/** Candidates of enrollments that moved with a merge. */
export async function moveCandidates(tx: Sql, enrollmentIds: readonly string[], into: string): Promise<void> {
  await tx.query("UPDATE candidate SET customer_id = $2 WHERE enrollment_id = ANY($1::uuid[]) AND status <> 'closed'", [
    uuidArray(enrollmentIds),
    into,
  ]);
}
