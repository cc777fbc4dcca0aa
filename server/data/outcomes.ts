import type { OutcomeFact } from "../domain/pipeline/step.ts";
import type { Sql } from "./pool.ts";

/** How long after a message, real or withheld, what follows is counted as its outcome. */
export const attributionWindowMs = 7 * 86_400_000;

export type NewOutcome = OutcomeFact & { id: string; customerId: string; messageId?: string };

/**
 * Records outcomes, each key once. One that names no message is attributed to the latest message or ghost of its enrollment, or, when it
 * belongs to no enrollment, to the latest one of the customer (merged ones included), within the window before it happened.
 */
export async function insertOutcomes(tx: Sql, outcomes: readonly NewOutcome[]): Promise<number> {
  if (outcomes.length === 0) return 0;
  const result = await tx.query(
    `INSERT INTO outcome (id, customer_id, enrollment_id, message_id, journey_key, arm, kind, at, key, detail)
     SELECT t.id, t.customer_id, coalesce(t.enrollment_id, m.enrollment_id), coalesce(t.message_id, m.id), coalesce(t.journey_key, m.journey_key),
       coalesce(t.arm, e.arm), t.kind, t.at, t.key, t.detail
     FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, customer_id uuid, enrollment_id uuid, message_id uuid, journey_key text, arm text,
       kind text, at timestamptz, key text, detail jsonb)
     LEFT JOIN LATERAL (
       SELECT l.id, l.enrollment_id, l.journey_key FROM send_ledger l
       WHERE t.message_id IS NULL AND l.created_at <= t.at AND l.created_at > t.at - make_interval(secs => $2)
         AND l.state IN ('sending', 'sent', 'delivered', 'unknown', 'withheld')
         AND l.customer_id IN (SELECT t.customer_id UNION ALL SELECT c.id FROM customer c WHERE c.merged_into = t.customer_id)
         AND (t.enrollment_id IS NULL OR l.enrollment_id = t.enrollment_id)
       ORDER BY l.created_at DESC LIMIT 1) m ON true
     LEFT JOIN enrollment e ON e.id = m.enrollment_id AND t.arm IS NULL
     ON CONFLICT (key) DO NOTHING`,
    [
      JSON.stringify(
        outcomes.map((outcome) => ({
          id: outcome.id,
          customer_id: outcome.customerId,
          enrollment_id: outcome.enrollmentId,
          message_id: outcome.messageId ?? null,
          journey_key: outcome.journeyKey,
          arm: outcome.arm,
          kind: outcome.kind,
          at: new Date(outcome.at),
          key: outcome.key,
          detail: outcome.detail,
        })),
      ),
      attributionWindowMs / 1000,
    ],
  );
  return result.rowCount ?? 0;
}
