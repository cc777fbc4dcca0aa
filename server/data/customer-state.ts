import type { CustomerState } from "../domain/signals/state.ts";
import { textArray, uuidArray } from "./binary-array.ts";
import type { Sql } from "./pool.ts";

export type StoredState = { state: CustomerState; snapshot: CustomerState | null };

/** Own rows, written by `saveStates` only: their shape is what was written. */
function parseState(value: unknown): CustomerState {
  return value as CustomerState;
}

export async function loadStates(sql: Sql, customerIds: readonly string[]): Promise<Map<string, StoredState>> {
  if (customerIds.length === 0) return new Map();
  const result = await sql.query<{ customer_id: string; state: unknown; snapshot: unknown }>(
    "SELECT customer_id, state, snapshot FROM customer_state WHERE customer_id = ANY($1::uuid[])",
    [uuidArray(customerIds)],
  );
  return new Map(
    result.rows.map((row) => [
      row.customer_id,
      { state: parseState(row.state), snapshot: row.snapshot === null ? null : parseState(row.snapshot) },
    ]),
  );
}

/** Writes states; a snapshot that is left out stays as it is. */
export async function saveStates(
  tx: Sql,
  rows: readonly { customerId: string; state: CustomerState; snapshot: CustomerState | null; snapshotChanged: boolean }[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO customer_state (customer_id, state, snapshot, evaluated_at)
     SELECT t.customer_id, t.state::jsonb, t.snapshot::jsonb, to_timestamp((t.state->>'evaluatedAt')::float8 / 1000)
     FROM unnest($1::uuid[], $2::json[], $3::json[]) AS t(customer_id, state, snapshot)
     ON CONFLICT (customer_id) DO UPDATE SET state = excluded.state, snapshot = coalesce(excluded.snapshot, customer_state.snapshot),
       evaluated_at = excluded.evaluated_at`,
    [
      uuidArray(rows.map((row) => row.customerId)),
      textArray(
        rows.map((row) => JSON.stringify(row.state)),
        "json",
      ),
      textArray(
        rows.map((row) => (row.snapshotChanged && row.snapshot !== null ? JSON.stringify(row.snapshot) : null)),
        "json",
      ),
    ],
  );
}

export async function deleteStates(tx: Sql, customerIds: readonly string[]): Promise<void> {
  await tx.query("DELETE FROM customer_state WHERE customer_id = ANY($1::uuid[])", [customerIds]);
}
