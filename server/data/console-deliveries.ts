import type { MessageState } from "./messages.ts";
import type { Sql } from "./pool.ts";

/** Messages begun in `[from, until)`, of one channel or journey or of all. */
export type DeliveryFilters = { channel: string | null; journey: string | null; from: number; until: number };

const within = `l.id >= uuid_floor($1) AND l.id < uuid_floor($2) AND ($3::text IS NULL OR l.channel = $3)
  AND ($4::text IS NULL OR l.journey_key = $4)`;
const valuesOf = (filters: DeliveryFilters) => [new Date(filters.from), new Date(filters.until), filters.channel, filters.journey];

export async function countStates(sql: Sql, filters: DeliveryFilters): Promise<{ state: MessageState; count: number }[]> {
  const { rows } = await sql.query<{ state: MessageState; count: number }>(
    `SELECT l.state, count(*) AS count FROM send_ledger l WHERE ${within} GROUP BY l.state`,
    valuesOf(filters),
  );
  return rows;
}

export type DeliveryRow = {
  id: string;
  createdAt: number;
  stateAt: number;
  state: MessageState;
  reason: string | null;
  channel: string;
  journey: string;
  response: string;
  customerId: string;
  userId: string | null;
  name: string | null;
  email: string | null;
};
type Row = Omit<DeliveryRow, "createdAt" | "stateAt"> & { created_at: Date; state_at: Date };

const who = `c.user_id AS "userId", a.value AS email,
  coalesce(c.traits->>'name', nullif(concat_ws(' ', c.traits->>'firstName', c.traits->>'lastName'), '')) AS name`;
const columns = `l.id, l.created_at, l.state_at, l.state, l.reason, l.channel, l.journey_key AS journey, l.response_key AS response,
  l.customer_id AS "customerId", ${who}`;
const customerOf = (ledger: string) => `JOIN customer c ON c.id = ${ledger}.customer_id
  LEFT JOIN address a ON a.customer_id = c.id AND a.kind = 'email'`;

function toRow<Part extends { created_at: Date; state_at: Date }>({ created_at, state_at, ...row }: Part) {
  return { ...row, createdAt: created_at.getTime(), stateAt: state_at.getTime() };
}

/** Messages by when they were begun, newest first; `before` is the id of the last one of the page before. */
export async function list(
  sql: Sql,
  query: DeliveryFilters & { state: MessageState | null; before: string | null; limit: number },
): Promise<DeliveryRow[]> {
  const { rows } = await sql.query<Row>(
    `SELECT ${columns} FROM (SELECT * FROM send_ledger l WHERE ${within} AND ($5::text IS NULL OR l.state = $5)
       AND ($6::uuid IS NULL OR l.id < $6) ORDER BY l.id DESC LIMIT $7) AS l ${customerOf("l")} ORDER BY l.id DESC`,
    [...valuesOf(query), query.state, query.before, query.limit],
  );
  return rows.map(toRow);
}

/** A silence because the same help was on its way already: seen by the guard, or found when the message was written. */
const isPrevented = `d.verdict = 'SUPPRESS' AND (d.guard = 'duplicate'
  OR (d.guard = 'channel' AND d.record->>'code' IN ('duplicate_step', 'duplicate_address')))`;
const decided = `d.id >= uuid_floor($1) AND d.id < uuid_floor($2) AND ($3::text IS NULL OR d.channel = $3)
  AND ($4::text IS NULL OR d.journey_key = $4) AND ${isPrevented}`;
const preventedCode = "CASE WHEN d.guard = 'duplicate' THEN 'duplicate' ELSE d.record->>'code' END";

export async function countPrevented(sql: Sql, filters: DeliveryFilters): Promise<{ code: string; count: number }[]> {
  const { rows } = await sql.query<{ code: string; count: number }>(
    `SELECT ${preventedCode} AS code, count(*) AS count FROM decision d WHERE ${decided} GROUP BY 1 ORDER BY 2 DESC, 1`,
    valuesOf(filters),
  );
  return rows;
}

export type PreventedRow = Pick<DeliveryRow, "id" | "journey" | "customerId" | "userId" | "name" | "email"> & { at: number; code: string };

export async function listPrevented(sql: Sql, query: DeliveryFilters & { before: string | null; limit: number }): Promise<PreventedRow[]> {
  const { rows } = await sql.query<Omit<PreventedRow, "at"> & { at: Date }>(
    `SELECT d.id, d.decided_at AS at, ${preventedCode} AS code, d.journey_key AS journey, d.customer_id AS "customerId", ${who}
     FROM decision d ${customerOf("d")} WHERE ${decided} AND ($5::uuid IS NULL OR d.id < $5) ORDER BY d.id DESC LIMIT $6`,
    [...valuesOf(query), query.before, query.limit],
  );
  return rows.map((row) => ({ ...row, at: row.at.getTime() }));
}

export type Delivery = DeliveryRow & {
  subject: string | null;
  recipient: string | null;
  provider: string | null;
  providerMessageId: string | null;
  attempts: number;
  deadlineAt: number;
  inFlightAtPause: boolean;
  version: number;
  node: string;
  class: string;
  purpose: string;
  clickedAt: number | null;
  seenAt: number | null;
  inOutbox: boolean;
  /** In the shape of the timeline; null when the decision is kept no longer. */
  decision: { id: string; at: number; data: unknown } | null;
};

export async function find(sql: Sql, id: string): Promise<Delivery | null> {
  const { rows } = await sql.query<
    Row & {
      subject: string | null;
      recipient: string | null;
      provider: string | null;
      provider_message_id: string | null;
      attempts: number;
      deadline_at: Date;
      in_flight_at_pause: boolean;
      version: number;
      node: string;
      class: string;
      purpose: string;
      clicked_at: Date | null;
      seen_at: Date | null;
      in_outbox: boolean;
      decision_id: string;
      decided_at: Date | null;
      decision: unknown;
    }
  >(
    `SELECT ${columns}, b.subject, b.recipient, l.provider, l.provider_message_id, l.attempts, l.deadline_at, l.in_flight_at_pause,
       l.journey_version AS version, l.node_id AS node, l.class, l.purpose, l.clicked_at, b.seen_at, m.message_id IS NOT NULL AS in_outbox,
       l.decision_id, d.decided_at, jsonb_build_object('journey', d.journey_key, 'version', d.journey_version, 'verdict', d.verdict,
         'engineVersion', d.engine_version, 'record', d.record, 'offer', k.offer) AS decision
     FROM send_ledger l ${customerOf("l")} LEFT JOIN message_body b ON b.id = l.id LEFT JOIN sandbox_mail m ON m.message_id = l.id
       LEFT JOIN decision d ON d.id = l.decision_id LEFT JOIN candidate k ON k.id = d.candidate_id
     WHERE l.id = $1`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) return null;
  const {
    provider_message_id,
    deadline_at,
    in_flight_at_pause,
    clicked_at,
    seen_at,
    in_outbox,
    decision_id,
    decided_at,
    decision,
    ...rest
  } = row;
  return {
    ...toRow(rest),
    providerMessageId: provider_message_id,
    deadlineAt: deadline_at.getTime(),
    inFlightAtPause: in_flight_at_pause,
    clickedAt: clicked_at?.getTime() ?? null,
    seenAt: seen_at?.getTime() ?? null,
    inOutbox: in_outbox,
    decision: decided_at === null ? null : { id: decision_id, at: decided_at.getTime(), data: decision },
  };
}

export type Happening = { id: string; kind: string; at: number; provider: string | null };

/** What providers told about a message, and what followed from it. */
export async function listHappenings(sql: Sql, messageId: string): Promise<{ receipts: Happening[]; outcomes: Happening[] }> {
  const [receipts, outcomes] = await Promise.all([
    sql.query<{ id: string; kind: string; at: Date; provider: string }>(
      "SELECT id, kind, at, provider FROM message_receipt WHERE message_id = $1 ORDER BY at, id LIMIT 200",
      [messageId],
    ),
    sql.query<{ id: string; kind: string; at: Date; provider: null }>(
      "SELECT id, kind, at, NULL AS provider FROM outcome WHERE message_id = $1 ORDER BY at, id LIMIT 200",
      [messageId],
    ),
  ]);
  const toHappening = (row: { id: string; kind: string; at: Date; provider: string | null }) => ({ ...row, at: row.at.getTime() });
  return { receipts: receipts.rows.map(toHappening), outcomes: outcomes.rows.map(toHappening) };
}
