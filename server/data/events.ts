import type { QueryResult, QueryResultRow } from "pg";
import type { NewEvent } from "#server/contracts/ingest/source.ts";
import type { DomainEvent } from "#server/domain/events.ts";
import { booleanArray, textArray, timestampArray, uuidArray } from "./binary-array.ts";
import type { Sql } from "./pool.ts";

/** A pool or client that can keep a statement prepared under its name. */
export type PreparedSql = {
  query<Row extends QueryResultRow>(config: {
    name: string;
    text: string;
    values: unknown[];
    query_timeout?: number;
  }): Promise<QueryResult<Row>>;
};

// The ledger decides who is first. All its writers go through the keys in ascending order, so two batches never wait for each other
// in a circle.
const insertText = `
WITH input AS (
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::uuid[], $6::uuid[], $7::text[], $8::text[],
                       $9::bool[], $10::bool[], $11::json[])
    AS t(id, actor, occurred_at, received_at, source_id, message_key, type, name, historical, verified, payload)
), fresh AS (
  INSERT INTO event_ledger (message_key) SELECT message_key FROM input ORDER BY message_key
  ON CONFLICT DO NOTHING RETURNING message_key
), stored AS (
  INSERT INTO events (id, actor, occurred_at, received_at, source_id, message_key, type, name, historical, verified, payload)
  SELECT id, actor, occurred_at, received_at, source_id, message_key, type, name, historical, verified, payload
  FROM input WHERE message_key IN (SELECT message_key FROM fresh) ORDER BY id
  RETURNING id
), pending AS (
  INSERT INTO event_pending (event_id) SELECT id FROM stored
)
SELECT message_key FROM input WHERE message_key NOT IN (SELECT message_key FROM fresh)`;

/**
 * Stores events, their ledger keys and their work-list entries in one statement and so in one commit. An event whose message key is
 * known (for ever, or from earlier in this list) is left out. Returns the positions, in `events`, of those left out.
 */
export async function insertEvents(
  sql: PreparedSql,
  events: readonly NewEvent[],
  options: { timeoutMs?: number } = {},
): Promise<ReadonlySet<number>> {
  const duplicates = new Set<number>();
  const firstOf = new Map<string, number>();
  events.forEach((event, index) => {
    if (firstOf.has(event.messageKey)) duplicates.add(index);
    else firstOf.set(event.messageKey, index);
  });
  if (firstOf.size === 0) return duplicates;
  const rows = duplicates.size === 0 ? events : events.filter((_, index) => !duplicates.has(index));
  const values = [
    uuidArray(rows.map((row) => row.id)),
    uuidArray(rows.map((row) => row.actor)),
    timestampArray(rows.map((row) => row.occurredAt)),
    timestampArray(rows.map((row) => row.receivedAt)),
    uuidArray(rows.map((row) => row.sourceId)),
    uuidArray(rows.map((row) => row.messageKey)),
    textArray(rows.map((row) => row.type)),
    textArray(rows.map((row) => row.name)),
    booleanArray(rows.map((row) => row.historical)),
    booleanArray(rows.map((row) => row.verified)),
    textArray(
      rows.map((row) => row.payload),
      "json",
    ),
  ];
  const known = await sql.query<{ message_key: string }>({
    name: "insert-events",
    text: insertText,
    values,
    ...(options.timeoutMs === undefined ? {} : { query_timeout: options.timeoutMs }),
  });
  for (const { message_key } of known.rows) {
    const index = firstOf.get(message_key);
    if (index !== undefined) duplicates.add(index);
  }
  return duplicates;
}

const rowFaultClasses = ["21", "22", "23", "54"];

/** True when the database refused what a row holds (and not that it was busy or away): without that row the others would do. */
export function isRowFault(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return false;
  return rowFaultClasses.includes(error.code.slice(0, 2));
}

/** About how many events wait to be processed: the statistics of the work list, at most a second old. */
export async function estimateBacklog(sql: Sql): Promise<number> {
  const result = await sql.query<{ live: number }>("SELECT pg_stat_get_live_tuples('event_pending'::regclass) AS live");
  return Math.max(0, result.rows[0]?.live ?? 0);
}

export type EventRow = {
  id: string;
  occurred_at: Date;
  received_at: Date;
  message_key: string;
  type: DomainEvent["type"];
  name: string | null;
  historical: boolean;
  verified: boolean;
  payload: unknown;
  source_key: string;
  source_kind: DomainEvent["sourceKind"];
};

/** The select list that `toDomainEvent` reads, over `events e JOIN source s ON s.id = e.source_id`. */
export const eventColumns =
  "e.id, e.occurred_at, e.received_at, e.message_key, e.type, e.name, e.historical, e.verified, e.payload, s.key AS source_key, s.kind AS source_kind";

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** A stored event as the core sees it. The payload was checked when it was stored. */
export function toDomainEvent(row: EventRow): DomainEvent {
  const payload = recordOf(row.payload);
  const context = recordOf(payload.context);
  return {
    id: row.id,
    messageKey: row.message_key,
    type: row.type,
    name: row.name,
    occurredAt: row.occurred_at.getTime(),
    receivedAt: row.received_at.getTime(),
    sourceKey: row.source_key,
    sourceKind: row.source_kind,
    verified: row.verified,
    historical: row.historical,
    properties: recordOf(payload.properties),
    // a track event may carry a snapshot of traits in its context
    traits: recordOf(payload.traits ?? context.traits),
    context,
    userId: textOf(payload.userId),
    anonymousId: textOf(payload.anonymousId),
    previousId: textOf(payload.previousId),
    groupId: textOf(payload.groupId),
  };
}

/** Events of the given actors, newest arrival first; `before` is the id of the last one of the page before. */
export async function listByActors(
  sql: Sql,
  query: { actors: readonly string[]; before: string | null; limit: number },
): Promise<{ event: DomainEvent; messageId: string }[]> {
  const result = await sql.query<EventRow>(
    `SELECT ${eventColumns} FROM events e JOIN source s ON s.id = e.source_id
     WHERE e.actor = ANY($1::uuid[]) AND ($2::uuid IS NULL OR e.id < $2) ORDER BY e.id DESC LIMIT $3`,
    [query.actors, query.before, query.limit],
  );
  return result.rows.map((row) => ({ event: toDomainEvent(row), messageId: textOf(recordOf(row.payload).messageId) ?? row.message_key }));
}
