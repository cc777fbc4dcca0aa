import type { Preferences } from "../domain/decisions/preferences.ts";
import type { Channel } from "../domain/definitions/common-fields.ts";
import type { ReactionKind } from "../domain/journeys/enrollment.ts";
import type { Sql } from "./pool.ts";

export type Reaction = {
  customerId: string;
  intent: string;
  topic: string;
  kind: ReactionKind;
  until: number | null;
  at: number;
};

type Row = {
  customer_id: string;
  topics_off: string[];
  channels_off: Channel[];
  preferred_channel: Channel | null;
  quiet_hours: { from: string; to: string } | null;
  snoozed_until: Date | null;
  help_off: boolean;
};

/** Preferences by customer id; customers who never chose anything are not in it. */
export async function mapFor(sql: Sql, customerIds: readonly string[]): Promise<Map<string, Preferences>> {
  const { rows } = await sql.query<Row>("SELECT * FROM preference WHERE customer_id = ANY($1::uuid[])", [customerIds]);
  return new Map(
    rows.map((row) => [
      row.customer_id,
      {
        topicsOff: row.topics_off,
        channelsOff: row.channels_off,
        preferredChannel: row.preferred_channel,
        quietHours: row.quiet_hours,
        snoozedUntil: row.snoozed_until?.getTime() ?? null,
        helpOff: row.help_off,
      },
    ]),
  );
}

export async function save(tx: Sql, customerId: string, preferences: Preferences, at: number): Promise<void> {
  await tx.query(
    `INSERT INTO preference (customer_id, topics_off, channels_off, preferred_channel, quiet_hours, snoozed_until, help_off, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (customer_id) DO UPDATE SET topics_off = excluded.topics_off, channels_off = excluded.channels_off,
       preferred_channel = excluded.preferred_channel, quiet_hours = excluded.quiet_hours, snoozed_until = excluded.snoozed_until,
       help_off = excluded.help_off, updated_at = excluded.updated_at`,
    [
      customerId,
      preferences.topicsOff,
      preferences.channelsOff,
      preferences.preferredChannel,
      preferences.quietHours === null ? null : JSON.stringify(preferences.quietHours),
      preferences.snoozedUntil === null ? null : new Date(preferences.snoozedUntil),
      preferences.helpOff,
      new Date(at),
    ],
  );
}

/** Reactions that may still count, of these customers; the last two hundred days are enough for every guard but a refusal, which stays. */
export async function listReactions(sql: Sql, customerIds: readonly string[], now: number): Promise<Reaction[]> {
  const { rows } = await sql.query<{
    customer_id: string;
    intent: string;
    topic: string;
    kind: ReactionKind;
    until: Date | null;
    at: Date;
  }>(
    `SELECT customer_id, intent, topic, kind, until, at FROM help_reaction
     WHERE customer_id = ANY($1::uuid[]) AND (until IS NULL OR until > $2) ORDER BY at DESC LIMIT 5000`,
    [customerIds, new Date(now)],
  );
  return rows.map((row) => ({
    customerId: row.customer_id,
    intent: row.intent,
    topic: row.topic,
    kind: row.kind,
    until: row.until?.getTime() ?? null,
    at: row.at.getTime(),
  }));
}

export async function insertReaction(tx: Sql, reaction: Reaction & { id: string; messageId: string | null }): Promise<void> {
  await tx.query(
    `INSERT INTO help_reaction (id, customer_id, intent, topic, kind, until, message_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (id) DO NOTHING`,
    [
      reaction.id,
      reaction.customerId,
      reaction.intent,
      reaction.topic,
      reaction.kind,
      reaction.until === null ? null : new Date(reaction.until),
      reaction.messageId,
      new Date(reaction.at),
    ],
  );
}

/** The living customer an id stands for, after merges, without a lock; null for one who does not exist or was erased. */
export async function findOwner(sql: Sql, customerId: string): Promise<{ id: string; locale: string | null; cluster: string[] } | null> {
  const { rows } = await sql.query<{ id: string; locale: string | null; cluster: string[] }>(
    `SELECT r.id, r.locale, ARRAY(SELECT m.id FROM customer m WHERE m.merged_into = r.id) || r.id AS cluster
     FROM customer c JOIN customer r ON r.id = coalesce(c.merged_into, c.id) WHERE c.id = $1 AND r.erased_at IS NULL AND r.merged_into IS NULL`,
    [customerId],
  );
  return rows[0] ?? null;
}
