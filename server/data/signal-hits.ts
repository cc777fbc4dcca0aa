import { hitInputSchema, type SignalHit } from "../domain/signals/hit.ts";
import { textArray, timestampArray, uuidArray } from "./binary-array.ts";
import type { Sql } from "./pool.ts";

export async function insertHits(tx: Sql, hits: readonly { customerId: string; hit: SignalHit }[]): Promise<void> {
  if (hits.length === 0) return;
  await tx.query(
    `INSERT INTO signal_hit (customer_id, signal_key, occurred_at, message_key, hit)
     SELECT customer_id, signal_key, occurred_at, message_key, hit::jsonb
     FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::uuid[], $5::json[]) AS t(customer_id, signal_key, occurred_at, message_key, hit)`,
    [
      uuidArray(hits.map(({ customerId }) => customerId)),
      textArray(hits.map(({ hit }) => hit.signal)),
      timestampArray(hits.map(({ hit }) => hit.occurredAt)),
      uuidArray(hits.map(({ hit }) => hit.messageKey)),
      textArray(
        hits.map(({ hit }) => JSON.stringify(hit.input)),
        "json",
      ),
    ],
  );
}

/** Every kept hit of these customers, in time order. */
export async function loadHits(sql: Sql, customerIds: readonly string[]): Promise<Map<string, SignalHit[]>> {
  const byCustomer = new Map<string, SignalHit[]>(customerIds.map((id) => [id, []]));
  if (customerIds.length === 0) return byCustomer;
  const result = await sql.query<{ customer_id: string; signal_key: string; occurred_at: Date; message_key: string; hit: unknown }>(
    `SELECT customer_id, signal_key, occurred_at, message_key, hit FROM signal_hit WHERE customer_id = ANY($1::uuid[])
     ORDER BY customer_id, occurred_at`,
    [uuidArray(customerIds)],
  );
  for (const row of result.rows) {
    byCustomer.get(row.customer_id)?.push({
      signal: row.signal_key,
      occurredAt: row.occurred_at.getTime(),
      messageKey: row.message_key,
      input: hitInputSchema.parse(row.hit),
    });
  }
  return byCustomer;
}

/** Drops the hits that a customer's new snapshot has taken in: those up to `before`. */
export async function deleteHits(tx: Sql, upTo: readonly { customerId: string; before: number }[]): Promise<void> {
  if (upTo.length === 0) return;
  await tx.query(
    `DELETE FROM signal_hit h USING unnest($1::uuid[], $2::timestamptz[]) AS t(customer_id, before)
     WHERE h.customer_id = t.customer_id AND h.occurred_at <= t.before`,
    [uuidArray(upTo.map((one) => one.customerId)), timestampArray(upTo.map((one) => one.before))],
  );
}

/** The hits of a merged customer become those of the one that stays. */
export async function moveHits(tx: Sql, from: string, into: string): Promise<void> {
  await tx.query("UPDATE signal_hit SET customer_id = $2 WHERE customer_id = $1", [from, into]);
}
