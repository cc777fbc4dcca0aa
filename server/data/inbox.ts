import type { Channel } from "../domain/definitions/common-fields.ts";
import { uuidArray } from "./binary-array.ts";
import type { Sql } from "./pool.ts";

export type InboxMessage = {
  id: string;
  channel: Channel;
  journeyKey: string;
  topic: string;
  locale: string | null;
  text: string;
  content: unknown;
  sentAt: number;
  expiresAt: number | null;
  seenAt: number | null;
};

/** What these customers' inboxes hold now, newest first: handed over and not expired. */
export async function listInbox(
  sql: Sql,
  customerIds: readonly string[],
  view: { channels: readonly Channel[]; now: number; limit: number },
): Promise<InboxMessage[]> {
  const { rows } = await sql.query<{
    id: string;
    channel: Channel;
    journey_key: string;
    topic: string;
    locale: string | null;
    body: string;
    content: unknown;
    created_at: Date;
    expires_at: Date | null;
    seen_at: Date | null;
  }>(
    `SELECT b.id, b.channel, l.journey_key, l.topic, b.locale, b.body, b.content, l.created_at, b.expires_at, b.seen_at
     FROM send_ledger l JOIN message_body b ON b.id = l.id
     WHERE l.customer_id = ANY($1::uuid[]) AND l.channel = ANY($2::text[]) AND l.state IN ('sent', 'delivered')
       AND (b.expires_at IS NULL OR b.expires_at > $3) ORDER BY l.created_at DESC LIMIT $4`,
    [uuidArray(customerIds), view.channels, new Date(view.now), view.limit],
  );
  return rows.map((row) => ({
    id: row.id,
    channel: row.channel,
    journeyKey: row.journey_key,
    topic: row.topic,
    locale: row.locale,
    text: row.body,
    content: row.content,
    sentAt: row.created_at.getTime(),
    expiresAt: row.expires_at?.getTime() ?? null,
    seenAt: row.seen_at?.getTime() ?? null,
  }));
}

/** Notes when messages were first seen. Returns those that had not been. */
export async function markSeen(tx: Sql, ids: readonly string[], at: number): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    "UPDATE message_body SET seen_at = $2 WHERE id = ANY($1::uuid[]) AND seen_at IS NULL RETURNING id",
    [uuidArray(ids), new Date(at)],
  );
  return rows.map((row) => row.id);
}
