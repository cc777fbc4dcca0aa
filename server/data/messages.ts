import type { Channel, MessageClass, Purpose } from "../domain/definitions/common-fields.ts";
import { textArray, timestampArray, uuidArray } from "./binary-array.ts";
import type { Sql } from "./pool.ts";

export type MessageState = "pending" | "sending" | "sent" | "delivered" | "failed" | "unknown" | "held" | "cancelled" | "withheld";

export type NewMessage = {
  id: string;
  stepKey: string;
  customerId: string;
  enrollmentId: string;
  decisionId: string;
  journeyKey: string;
  journeyVersion: number;
  nodeId: string;
  rung: number | null;
  responseKey: string;
  responseVersion: number;
  intent: string;
  channel: Channel;
  class: MessageClass;
  purpose: Purpose;
  topic: string;
  addressHash: string | null;
  addressKey: string | null;
  state: "sending" | "withheld";
  reason: string | null;
  createdAt: number;
  deadlineAt: number;
  gateEpoch: number;
  leaseUntil: number | null;
};

export type MessageContent = {
  id: string;
  customerId: string;
  channel: Channel;
  locale: string;
  recipient: string | null;
  subject: string | null;
  html: string | null;
  text: string;
  /** Title, action and links, for channels that draw the message themselves. */
  content: object;
  contentHash: string;
  expiresAt: number;
};

/**
 * Writes messages into the ledger. One that would be the second of its step, or the second of a run to one address, is left out: the
 * returned set names those that are in. Rows are written in the order of their address keys, so that two gates cannot wait for each
 * other.
 */
export async function insertMessages(tx: Sql, messages: readonly NewMessage[]): Promise<Set<string>> {
  if (messages.length === 0) return new Set();
  const ordered = messages.toSorted((a, b) => ((a.addressKey ?? "") < (b.addressKey ?? "") ? -1 : 1));
  const { rows } = await tx.query<{ id: string }>(
    `INSERT INTO send_ledger (id, step_key, customer_id, enrollment_id, decision_id, journey_key, journey_version, node_id, rung, response_key,
       response_version, intent, channel, class, purpose, topic, address_hash, address_key, state, reason, created_at, state_at, deadline_at,
       gate_epoch, fence, lease_until)
     SELECT id, step_key, customer_id, enrollment_id, decision_id, journey_key, journey_version, node_id, rung, response_key,
       response_version, intent, channel, class, purpose, topic, address_hash, address_key, state, reason, created_at, created_at, deadline_at,
       gate_epoch, 1, lease_until
     FROM jsonb_to_recordset($1::jsonb) AS m(id uuid, step_key text, customer_id uuid, enrollment_id uuid, decision_id uuid, journey_key text,
       journey_version int, node_id text, rung int, response_key text, response_version int, intent text, channel text, class text,
       purpose text, topic text, address_hash uuid, address_key uuid, state text, reason text, created_at timestamptz,
       deadline_at timestamptz, gate_epoch bigint, lease_until timestamptz)
     ON CONFLICT DO NOTHING RETURNING id`,
    [
      JSON.stringify(
        ordered.map((one) => ({
          id: one.id,
          step_key: one.stepKey,
          customer_id: one.customerId,
          enrollment_id: one.enrollmentId,
          decision_id: one.decisionId,
          journey_key: one.journeyKey,
          journey_version: one.journeyVersion,
          node_id: one.nodeId,
          rung: one.rung,
          response_key: one.responseKey,
          response_version: one.responseVersion,
          intent: one.intent,
          channel: one.channel,
          class: one.class,
          purpose: one.purpose,
          topic: one.topic,
          address_hash: one.addressHash,
          address_key: one.addressKey,
          state: one.state,
          reason: one.reason,
          created_at: new Date(one.createdAt).toISOString(),
          deadline_at: new Date(one.deadlineAt).toISOString(),
          gate_epoch: one.gateEpoch,
          lease_until: one.leaseUntil === null ? null : new Date(one.leaseUntil).toISOString(),
        })),
      ),
    ],
  );
  return new Set(rows.map((row) => row.id));
}

/** The texts of messages, as rendered. */
export async function insertContents(tx: Sql, contents: readonly MessageContent[]): Promise<void> {
  if (contents.length === 0) return;
  await tx.query(
    `INSERT INTO message_body (id, customer_id, channel, locale, recipient, subject, html, body, content, content_hash, expires_at)
     SELECT id, customer_id, channel, locale, recipient, subject, html, body, content::jsonb, content_hash, expires_at
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::uuid[],
       $11::timestamptz[]) AS m(id, customer_id, channel, locale, recipient, subject, html, body, content, content_hash, expires_at)`,
    [
      uuidArray(contents.map((one) => one.id)),
      uuidArray(contents.map((one) => one.customerId)),
      textArray(contents.map((one) => one.channel)),
      textArray(contents.map((one) => one.locale)),
      textArray(contents.map((one) => one.recipient)),
      textArray(contents.map((one) => one.subject)),
      textArray(contents.map((one) => one.html)),
      textArray(contents.map((one) => one.text)),
      textArray(contents.map((one) => JSON.stringify(one.content))),
      uuidArray(contents.map((one) => one.contentHash)),
      timestampArray(contents.map((one) => one.expiresAt)),
    ],
  );
}

export type Claim = { id: string; fence: number; provider: string };

/**
 * The last look before the provider is called: fence, lease, deadline, epoch and pause, in one statement with the mark that the call
 * begins. Returns the messages that may go, with the number of calls made for each, this one included. Whoever pauses meanwhile either waits for this statement and finds them begun, or is
 * found by it.
 */
export async function beginHandOver(sql: Sql, claims: readonly Claim[], now: number): Promise<Map<string, number>> {
  const { rows } = await sql.query<{ id: string; attempts: number }>(
    `WITH now_holds AS MATERIALIZED (SELECT epoch, sending_paused FROM control WHERE id = 1 FOR SHARE)
     UPDATE send_ledger l SET attempts = l.attempts + 1, provider = m.provider
     FROM unnest($1::uuid[], $2::int[], $3::text[]) AS m(id, fence, provider), now_holds c
     WHERE l.id = m.id AND l.fence = m.fence AND l.state = 'sending' AND l.lease_until > $4 AND l.gate_epoch = c.epoch AND NOT c.sending_paused
       AND (l.attempts > 0 OR l.deadline_at > $4)
     RETURNING l.id, l.attempts`,
    [uuidArray(claims.map((one) => one.id)), claims.map((one) => one.fence), claims.map((one) => one.provider), new Date(now)],
  );
  return new Map(rows.map((row) => [row.id, row.attempts]));
}

export type HandOverResult = {
  id: string;
  fence: number;
  /** `again`: the same message is handed over once more under its key, after `againAt`. */
  state: "sent" | "failed" | "unknown" | "cancelled" | "again";
  reason: string | null;
  providerMessageId: string | null;
  againAt: number | null;
};

/**
 * Writes what became of hand-overs, each only if nobody else has taken the message over meanwhile (fence). A message given up as
 * unknown whose own sender comes back with a certain answer takes that answer. Failed and cancelled messages give their unique keys
 * back, since they surely did not go out. Returns the ids that were written.
 */
export async function recordResults(tx: Sql, results: readonly HandOverResult[], now: number): Promise<Set<string>> {
  if (results.length === 0) return new Set();
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE send_ledger l SET
       state = CASE WHEN m.state = 'again' THEN 'sending' ELSE m.state END,
       step_key = CASE WHEN m.state IN ('failed', 'cancelled') THEN l.step_key || '#' || l.id ELSE l.step_key END,
       address_key = CASE WHEN m.state IN ('failed', 'cancelled') THEN NULL ELSE l.address_key END,
       reason = coalesce(m.reason, l.reason),
       provider_message_id = coalesce(m.provider_message_id, l.provider_message_id),
       lease_until = CASE WHEN m.state = 'again' THEN m.again_at ELSE NULL END,
       state_at = $2
     FROM jsonb_to_recordset($1::jsonb) AS m(id uuid, fence int, state text, reason text, provider_message_id text, again_at timestamptz)
     WHERE l.id = m.id AND ((l.state = 'sending' AND l.fence = m.fence) OR (l.state = 'unknown' AND l.fence = m.fence + 1 AND m.state = 'sent'))
     RETURNING l.id`,
    [
      JSON.stringify(
        results.map((one) => ({
          id: one.id,
          fence: one.fence,
          state: one.state,
          reason: one.reason,
          provider_message_id: one.providerMessageId,
          again_at: one.againAt === null ? null : new Date(one.againAt).toISOString(),
        })),
      ),
      new Date(now),
    ],
  );
  return new Set(rows.map((row) => row.id));
}

export type LedgerRow = {
  id: string;
  stepKey: string;
  customerId: string;
  enrollmentId: string;
  decisionId: string;
  journeyKey: string;
  journeyVersion: number;
  nodeId: string;
  responseKey: string;
  channel: Channel;
  class: MessageClass;
  purpose: Purpose;
  topic: string;
  intent: string;
  addressHash: string | null;
  state: MessageState;
  fence: number;
  attempts: number;
  provider: string | null;
  gateEpoch: number;
  createdAt: number;
  deadlineAt: number;
};

type Row = {
  id: string;
  step_key: string;
  customer_id: string;
  enrollment_id: string;
  decision_id: string;
  journey_key: string;
  journey_version: number;
  node_id: string;
  response_key: string;
  channel: Channel;
  class: MessageClass;
  purpose: Purpose;
  topic: string;
  intent: string;
  address_hash: string | null;
  state: MessageState;
  fence: number;
  attempts: number;
  provider: string | null;
  gate_epoch: number;
  created_at: Date;
  deadline_at: Date;
};

const columns = `id, step_key, customer_id, enrollment_id, decision_id, journey_key, journey_version, node_id, response_key, channel,
  class, purpose, topic, intent, address_hash, state, fence, attempts, provider, gate_epoch, created_at, deadline_at`;

function toLedgerRow(row: Row): LedgerRow {
  return {
    id: row.id,
    stepKey: row.step_key,
    customerId: row.customer_id,
    enrollmentId: row.enrollment_id,
    decisionId: row.decision_id,
    journeyKey: row.journey_key,
    journeyVersion: row.journey_version,
    nodeId: row.node_id,
    responseKey: row.response_key,
    channel: row.channel,
    class: row.class,
    purpose: row.purpose,
    topic: row.topic,
    intent: row.intent,
    addressHash: row.address_hash,
    state: row.state,
    fence: row.fence,
    attempts: row.attempts,
    provider: row.provider,
    gateEpoch: row.gate_epoch,
    createdAt: row.created_at.getTime(),
    deadlineAt: row.deadline_at.getTime(),
  };
}

/** Messages whose worker went quiet: the lease has run out. Only looked at. */
export async function listExpired(sql: Sql, now: number, limit: number): Promise<LedgerRow[]> {
  const { rows } = await sql.query<Row>(
    `SELECT ${columns} FROM send_ledger WHERE state = 'sending' AND lease_until <= $1 ORDER BY lease_until LIMIT $2`,
    [new Date(now), limit],
  );
  return rows.map(toLedgerRow);
}

/** Takes over expired messages: raises the fence, so that whoever had them can no longer write. Returns those that were still expired. */
export async function takeOver(
  tx: Sql,
  messages: readonly { id: string; fence: number }[],
  lease: { now: number; until: number },
): Promise<Set<string>> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE send_ledger l SET fence = l.fence + 1, lease_until = $4 FROM unnest($1::uuid[], $2::int[]) AS m(id, fence)
     WHERE l.id = m.id AND l.fence = m.fence AND l.state = 'sending' AND l.lease_until <= $3 RETURNING l.id`,
    [uuidArray(messages.map((one) => one.id)), messages.map((one) => one.fence), new Date(lease.now), new Date(lease.until)],
  );
  return new Set(rows.map((row) => row.id));
}

/** The texts of messages, for a worker that took them over. */
export async function loadContents(sql: Sql, ids: readonly string[]): Promise<Map<string, MessageContent>> {
  const { rows } = await sql.query<{
    id: string;
    customer_id: string;
    channel: Channel;
    locale: string;
    recipient: string | null;
    subject: string | null;
    html: string | null;
    body: string;
    content: object;
    content_hash: string;
    expires_at: Date;
  }>("SELECT * FROM message_body WHERE id = ANY($1::uuid[])", [uuidArray(ids)]);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        customerId: row.customer_id,
        channel: row.channel,
        locale: row.locale,
        recipient: row.recipient,
        subject: row.subject,
        html: row.html,
        text: row.body,
        content: row.content,
        contentHash: row.content_hash,
        expiresAt: row.expires_at.getTime(),
      },
    ]),
  );
}

/**
 * Ends the doubt about an unknown message by what a person found out. It keeps its unique keys also when it failed: the doubt may have been
 * wrong, so its step never goes again. Returns false when it is not unknown any more.
 */
export async function resolveUnknown(
  tx: Sql,
  message: { id: string; state: "delivered" | "failed"; reason: string },
  now: number,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    "UPDATE send_ledger SET state = $2, reason = $3, state_at = $4, lease_until = NULL WHERE id = $1 AND state = 'unknown'",
    [message.id, message.state, message.reason, new Date(now)],
  );
  return rowCount === 1;
}

/**
 * What a pause finds under way: messages whose provider call has begun are marked, those not begun are cancelled and give their keys
 * back. Returns the steps that were cancelled, and the messages in flight.
 */
export async function stopUnderWay(tx: Sql, reason: string, now: number): Promise<{ cancelledSteps: string[]; inFlight: string[] }> {
  const begun = await tx.query<{ id: string }>(
    "UPDATE send_ledger SET in_flight_at_pause = true WHERE state = 'sending' AND attempts > 0 RETURNING id",
  );
  const cancelled = await tx.query<{ step_key: string }>(
    `UPDATE send_ledger SET state = 'cancelled', reason = $1, step_key = step_key || '#' || id, address_key = NULL, lease_until = NULL, state_at = $2
     WHERE state = 'sending' AND attempts = 0 RETURNING step_key`,
    [reason, new Date(now)],
  );
  return {
    cancelledSteps: cancelled.rows.map((row) => row.step_key.slice(0, row.step_key.lastIndexOf("#"))),
    inFlight: begun.rows.map((row) => row.id),
  };
}

/** Cancels what is not begun yet for these customers and whoever was merged into them, under their lock. Returns the steps, whose keys are free again. */
export async function stopForCustomers(tx: Sql, customerIds: readonly string[], reason: string, now: number): Promise<string[]> {
  const { rows } = await tx.query<{ step_key: string }>(
    `UPDATE send_ledger SET state = 'cancelled', reason = $2, step_key = step_key || '#' || id, address_key = NULL, lease_until = NULL, state_at = $3
     WHERE customer_id IN (SELECT id FROM customer WHERE id = ANY($1::uuid[]) OR merged_into = ANY($1::uuid[]))
       AND state = 'sending' AND attempts = 0 RETURNING step_key`,
    [uuidArray(customerIds), reason, new Date(now)],
  );
  return rows.map((row) => row.step_key.slice(0, row.step_key.lastIndexOf("#")));
}

export async function findMessage(sql: Sql, id: string): Promise<LedgerRow | null> {
  const { rows } = await sql.query<Row>(`SELECT ${columns} FROM send_ledger WHERE id = $1`, [id]);
  const row = rows[0];
  return row === undefined ? null : toLedgerRow(row);
}

/** Messages by id or by the provider's id for them. */
export async function findMessages(
  sql: Sql,
  by: { ids: readonly string[]; providerMessageIds: readonly string[] },
): Promise<(LedgerRow & { providerMessageId: string | null })[]> {
  const { rows } = await sql.query<Row & { provider_message_id: string | null }>(
    `SELECT ${columns}, provider_message_id FROM send_ledger WHERE id = ANY($1::uuid[]) OR provider_message_id = ANY($2::text[])`,
    [uuidArray(by.ids), by.providerMessageIds],
  );
  return rows.map((row) => ({ ...toLedgerRow(row), providerMessageId: row.provider_message_id }));
}
