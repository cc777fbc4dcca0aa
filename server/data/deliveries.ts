import type { Sql } from "./pool.ts";

/** A message that reached a customer of whom the shop knows the id. */
export type Delivery = { messageId: string; userId: string; response: string; channel: string; at: number };

type Row = { id: string; user_id: string; response_key: string; channel: string; state_at: Date };

/** Messages decided at or after `since` (epoch ms) that have gone out, in the order of their decisions. */
export async function listDeliveries(sql: Sql, since: number): Promise<Delivery[]> {
  const { rows } = await sql.query<Row>(
    `SELECT l.id, c.user_id, l.response_key, l.channel, l.state_at
     FROM send_ledger l JOIN customer c ON c.id = l.customer_id
     WHERE l.id >= uuid_floor($1) AND l.state IN ('sent', 'delivered') AND c.user_id IS NOT NULL ORDER BY l.id`,
    [new Date(since)],
  );
  return rows.map((row) => ({
    messageId: row.id,
    userId: row.user_id,
    response: row.response_key,
    channel: row.channel,
    at: row.state_at.getTime(),
  }));
}
