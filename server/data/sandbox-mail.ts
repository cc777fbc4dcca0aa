import type { Sql } from "./pool.ts";

export type SandboxMail = {
  id: string;
  from: string;
  to: string;
  subject: string;
  html: string | null;
  text: string;
  headers: Readonly<Record<string, string>>;
};

/** Keeps mails by message id. Keeping one again changes nothing, whoever tries and however often. */
export async function keepMails(sql: Sql, mails: readonly SandboxMail[], at: number): Promise<void> {
  await sql.query(
    `INSERT INTO sandbox_mail (message_id, accepted_at, sender, recipient, subject, html, body, headers)
     SELECT m.id, $2, m.sender, m.recipient, m.subject, m.html, m.body, m.headers
     FROM jsonb_to_recordset($1::jsonb) AS m(id uuid, sender text, recipient text, subject text, html text, body text, headers jsonb)
     ON CONFLICT (message_id) DO NOTHING`,
    [
      JSON.stringify(
        mails.map((mail) => ({
          id: mail.id,
          sender: mail.from,
          recipient: mail.to,
          subject: mail.subject,
          html: mail.html,
          body: mail.text,
          headers: mail.headers,
        })),
      ),
      new Date(at),
    ],
  );
}
