import type { Sql } from "./pool.ts";

/** A search looks through at most this many of the newest events at a time: events are indexed by arrival and by actor only. */
const LOOKED_THROUGH = 20_000;

export type EventFate = "pending" | "processed" | "quarantined";
export type DebugEventRow = {
  id: string;
  sourceId: string;
  source: string;
  receivedAt: number;
  occurredAt: number;
  type: string;
  name: string | null;
  historical: boolean;
  verified: boolean;
  userId: string | null;
  anonymousId: string | null;
  fate: EventFate;
};
export type DebugEventQuery = {
  sourceId: string | null;
  type: string | null;
  /** The beginning of the name. */
  name: string | null;
  actors: readonly string[] | null;
  fate: "pending" | "quarantined" | null;
  before: string | null;
  limit: number;
};

/** Where the search looks; `$1` is the place to go on after. */
const places = {
  pending: `SELECT event_id AS id FROM event_pending WHERE ($1::uuid IS NULL OR event_id < $1) ORDER BY event_id DESC LIMIT $7`,
  quarantined: `SELECT event_id AS id FROM event_quarantine WHERE released_at IS NULL AND ($1::uuid IS NULL OR event_id < $1)
    ORDER BY event_id DESC LIMIT $7`,
  actor: `SELECT id FROM events WHERE actor = ANY($5::uuid[]) AND ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $7`,
  newest: `SELECT id FROM events WHERE ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $7`,
} as const;

const columns = `e.id, e.source_id AS "sourceId", s.name AS source, e.received_at, e.occurred_at, e.type, e.name, e.historical, e.verified,
  e.payload->>'userId' AS "userId", e.payload->>'anonymousId' AS "anonymousId",
  CASE WHEN EXISTS (SELECT FROM event_quarantine q WHERE q.event_id = e.id AND q.released_at IS NULL) THEN 'quarantined'
       WHEN EXISTS (SELECT FROM event_pending p WHERE p.event_id = e.id) THEN 'pending' ELSE 'processed' END AS fate`;

type Row = Omit<DebugEventRow, "receivedAt" | "occurredAt"> & { received_at: Date; occurred_at: Date };
const toRow = ({ received_at, occurred_at, ...row }: Row): DebugEventRow => ({
  ...row,
  receivedAt: received_at.getTime(),
  occurredAt: occurred_at.getTime(),
});

/**
 * Stored events by arrival, newest first, that fit every filter. `next` is the id to go on after, null when nothing older is left; a page
 * may have fewer than `limit` events and still go on, when so many were looked through without a match.
 */
export async function listEvents(
  sql: Sql,
  query: DebugEventQuery,
): Promise<{ rows: DebugEventRow[]; next: string | null; looked: number }> {
  const place = query.fate ?? (query.actors === null ? "newest" : "actor");
  const filtered = query.sourceId !== null || query.type !== null || query.name !== null || query.actors !== null;
  const lookAt = filtered ? LOOKED_THROUGH : query.limit + 1;
  const { rows } = await sql.query<Row & { looked: number; last_looked: string }>(
    `WITH seen AS MATERIALIZED (${places[place]}),
     hit AS MATERIALIZED (
       SELECT e.id FROM seen JOIN events e ON e.id = seen.id
       WHERE ($2::uuid IS NULL OR e.source_id = $2) AND ($3::text IS NULL OR e.type = $3) AND ($4::text IS NULL OR starts_with(lower(e.name), $4))
         AND ($5::uuid[] IS NULL OR e.actor = ANY($5))
       ORDER BY e.id DESC LIMIT $6)
     SELECT ${columns}, looked.count AS looked, looked.last AS last_looked
     FROM (SELECT count(*) AS count, (SELECT id FROM seen ORDER BY id LIMIT 1) AS last FROM seen) AS looked
     LEFT JOIN hit ON true LEFT JOIN events e ON e.id = hit.id LEFT JOIN source s ON s.id = e.source_id
     ORDER BY e.id DESC`,
    [query.before, query.sourceId, query.type, query.name?.toLowerCase() ?? null, query.actors, query.limit + 1, lookAt],
  );
  const looked = rows[0]?.looked ?? 0;
  // the row that carries the count is there also when nothing was found
  const found = rows.filter((row) => row.id !== null);
  const page = found.slice(0, query.limit).map(({ looked: _looked, last_looked: _last, ...row }) => toRow(row));
  const goesOn = looked >= lookAt ? (rows[0]?.last_looked ?? null) : null;
  return { rows: page, next: found.length > query.limit ? (page.at(-1)?.id ?? null) : goesOn, looked };
}

export type DebugEvent = DebugEventRow & {
  actor: string;
  messageKey: string;
  payload: unknown;
  attempts: number;
  quarantine: { reason: string; attempts: number; at: number } | null;
  customerId: string | null;
};

/** One event with what became of it; null when there is none. */
export async function findEvent(sql: Sql, id: string): Promise<DebugEvent | null> {
  const { rows } = await sql.query<
    Row & {
      actor: string;
      message_key: string;
      payload: unknown;
      attempts: number | null;
      reason: string | null;
      tries: number | null;
      quarantined_at: Date | null;
      customer_id: string | null;
    }
  >(
    `SELECT ${columns}, e.actor, e.message_key, e.payload, p.attempts, q.reason, q.attempts AS tries, q.quarantined_at,
       coalesce(c.merged_into, c.id) AS customer_id
     FROM events e JOIN source s ON s.id = e.source_id
     LEFT JOIN event_pending p ON p.event_id = e.id
     LEFT JOIN event_quarantine q ON q.event_id = e.id AND q.released_at IS NULL
     LEFT JOIN identity i ON i.actor = e.actor LEFT JOIN customer c ON c.id = i.customer_id
     WHERE e.id = $1`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) return null;
  const { actor, message_key, payload, attempts, reason, tries, quarantined_at, customer_id, ...rest } = row;
  return {
    ...toRow(rest),
    actor,
    messageKey: message_key,
    payload,
    attempts: attempts ?? 0,
    quarantine: reason === null || quarantined_at === null ? null : { reason, attempts: tries ?? 0, at: quarantined_at.getTime() },
    customerId: customer_id,
  };
}

/** When an event was evaluated, from the log that is kept for a week; looked for only in the hour after it came in. */
export async function findEvaluatedAt(sql: Sql, event: { id: string; receivedAt: number }): Promise<number | null> {
  const { rows } = await sql.query<{ now: Date }>(
    `SELECT now FROM evaluation_log WHERE id >= uuid_floor($2) AND id < uuid_floor($2::timestamptz + interval '1 hour')
       AND event_ids @> ARRAY[$1::uuid] ORDER BY id DESC LIMIT 1`,
    [event.id, new Date(event.receivedAt)],
  );
  return rows[0]?.now.getTime() ?? null;
}

/** The signals that hold this event among what they counted lately. */
export async function listSignalsOf(sql: Sql, event: { customerId: string; messageKey: string; occurredAt: number }): Promise<string[]> {
  const { rows } = await sql.query<{ signal: string }>(
    "SELECT DISTINCT signal_key AS signal FROM signal_hit WHERE customer_id = $1 AND message_key = $2 AND occurred_at = $3 ORDER BY 1",
    [event.customerId, event.messageKey, new Date(event.occurredAt)],
  );
  return rows.map((row) => row.signal);
}
