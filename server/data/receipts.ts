import { uuidArray } from "./binary-array.ts";
import type { Sql } from "./pool.ts";

export const receiptKinds = ["delivered", "opened", "clicked", "bounced", "complained"] as const;
export type ReceiptKind = (typeof receiptKinds)[number];
export type StoredReceipt = {
  id: string;
  messageId: string;
  kind: ReceiptKind;
  at: number;
  provider: string;
  providerEventId: string;
  detail: object;
};

/** Keeps what providers told, each of their events once. Returns the ids that are new. */
export async function insertReceipts(tx: Sql, receipts: readonly StoredReceipt[]): Promise<Set<string>> {
  if (receipts.length === 0) return new Set();
  const { rows } = await tx.query<{ id: string }>(
    `INSERT INTO message_receipt (id, message_id, kind, at, provider, provider_event_id, detail)
     SELECT id, message_id, kind, at, provider, provider_event_id, detail
     FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, message_id uuid, kind text, at timestamptz, provider text, provider_event_id text, detail jsonb)
     ORDER BY provider, provider_event_id
     ON CONFLICT (provider, provider_event_id) DO NOTHING RETURNING id`,
    [
      JSON.stringify(
        receipts.map((one) => ({
          id: one.id,
          message_id: one.messageId,
          kind: one.kind,
          at: new Date(one.at).toISOString(),
          provider: one.provider,
          provider_event_id: one.providerEventId,
          detail: one.detail,
        })),
      ),
    ],
  );
  return new Set(rows.map((row) => row.id));
}

/**
 * Moves messages forward by what was received: sending and unknown < sent < delivered < bounced. A receipt that says less than is known
 * already changes nothing, so order and repetition do not matter. An opened or clicked message was delivered.
 */
export async function advanceMessages(
  tx: Sql,
  receipts: readonly { messageId: string; kind: ReceiptKind; at: number }[],
  now: number,
): Promise<void> {
  const arrived = receipts.filter(
    (one) => one.kind === "delivered" || one.kind === "opened" || one.kind === "clicked" || one.kind === "complained",
  );
  if (arrived.length > 0) {
    await tx.query(
      `UPDATE send_ledger SET state = 'delivered', state_at = $2, lease_until = NULL
       WHERE id = ANY($1::uuid[]) AND state IN ('sent', 'unknown')`,
      [uuidArray(arrived.map((one) => one.messageId)), new Date(now)],
    );
  }
  const clicked = receipts.filter((one) => one.kind === "clicked");
  if (clicked.length > 0) {
    await tx.query(
      `UPDATE send_ledger l SET clicked_at = least(coalesce(l.clicked_at, c.at), c.at)
       FROM (SELECT id, min(at) AS at FROM unnest($1::uuid[], $2::timestamptz[]) AS t(id, at) GROUP BY id) c WHERE l.id = c.id`,
      [uuidArray(clicked.map((one) => one.messageId)), clicked.map((one) => new Date(one.at))],
    );
  }
  const bounced = receipts.filter((one) => one.kind === "bounced");
  if (bounced.length === 0) return;
  await tx.query(
    `UPDATE send_ledger SET state = 'failed', reason = 'bounced', state_at = $2, lease_until = NULL
     WHERE id = ANY($1::uuid[]) AND state IN ('sent', 'unknown', 'delivered')`,
    [uuidArray(bounced.map((one) => one.messageId)), new Date(now)],
  );
}
