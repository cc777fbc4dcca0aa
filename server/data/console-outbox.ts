import type { Sql } from "./pool.ts";
import type { Db } from "./prisma.ts";

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

/** Mails of the sandbox, newest first: a search over two tables, so in SQL. `search` matches the beginning of a recipient or any part of a subject. */
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

export async function find(db: Db, id: string): Promise<Mail | null> {
  const [mail, sent] = await Promise.all([
    db.sandbox_mail.findUnique({ where: { message_id: id } }),
    db.send_ledger.findUnique({
      where: { id },
      select: { journey_key: true, response_key: true, state: true, customer_id: true, decision_id: true },
    }),
  ]);
  if (mail === null) return null;
  return {
    id: mail.message_id,
    at: mail.accepted_at.getTime(),
    recipient: mail.recipient,
    subject: mail.subject,
    sender: mail.sender,
    html: mail.html,
    text: mail.body,
    headers: mail.headers,
    journey: sent?.journey_key ?? null,
    response: sent?.response_key ?? null,
    state: sent?.state ?? null,
    customerId: sent?.customer_id ?? null,
    decisionId: sent?.decision_id ?? null,
  };
}
