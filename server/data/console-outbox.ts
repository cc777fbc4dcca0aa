import type { Sql } from "./pool.ts";

export type OutboxPlace = { at: number; id: string };
export type MailSummary = {
  id: string;
  at: number;
  recipient: string;
  subject: string;
  journey: string | null;
  response: string | null;
  state: string | null;
  customerId: string | null;
};

/** Mails of the sandbox, newest first. `search` matches the beginning of a recipient or any part of a subject. */
export async function list(
  sql: Sql,
  query: { search: string | null; journey: string | null; before: OutboxPlace | null; limit: number },
): Promise<MailSummary[]> {
  const { rows } = await sql.query<Omit<MailSummary, "at"> & { at: Date }>(
    `SELECT m.message_id AS id, m.accepted_at AS at, m.recipient, m.subject, l.journey_key AS journey, l.response_key AS response, l.state,
       l.customer_id AS "customerId"
     FROM sandbox_mail m LEFT JOIN send_ledger l ON l.id = m.message_id
     WHERE ($1::text IS NULL OR m.recipient ILIKE $1 || '%' OR m.subject ILIKE '%' || $1 || '%')
       AND ($2::text IS NULL OR l.journey_key = $2)
       AND ($3::timestamptz IS NULL OR (m.accepted_at, m.message_id) < ($3, $4::uuid))
     ORDER BY m.accepted_at DESC, m.message_id DESC LIMIT $5`,
    [
      query.search === null ? null : query.search.replace(/[\\%_]/g, "\\$&"),
      query.journey,
      query.before === null ? null : new Date(query.before.at),
      query.before?.id ?? null,
      query.limit,
    ],
  );
  return rows.map((row) => ({ ...row, at: row.at.getTime() }));
}

export type Mail = MailSummary & { sender: string; html: string | null; text: string; headers: unknown; decisionId: string | null };

export async function find(sql: Sql, id: string): Promise<Mail | null> {
  const { rows } = await sql.query<Omit<Mail, "at"> & { at: Date }>(
    `SELECT m.message_id AS id, m.accepted_at AS at, m.recipient, m.subject, m.sender, m.html, m.body AS text, m.headers,
       l.journey_key AS journey, l.response_key AS response, l.state, l.customer_id AS "customerId", l.decision_id AS "decisionId"
     FROM sandbox_mail m LEFT JOIN send_ledger l ON l.id = m.message_id WHERE m.message_id = $1`,
    [id],
  );
  const row = rows[0];
  return row === undefined ? null : { ...row, at: row.at.getTime() };
}
