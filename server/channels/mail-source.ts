import MailComposer from "nodemailer/lib/mail-composer";
import { isMailAddress, parseMailbox, singleLine } from "../domain/responses/mail-address.ts";
import type { OutgoingMessage } from "./channel.ts";

/** An e-mail with everything a relay or the sandbox needs. */
export type Mail = {
  messageId: string;
  envelope: { from: string; to: string };
  from: { name: string; address: string };
  to: string;
  subject: string;
  html: string | null;
  text: string;
  headers: Record<string, string>;
};

/**
 * The e-mail of a message: our own Message-ID, one-click unsubscribe headers, envelope from checked addresses only. Null when the
 * recipient is no address that may stand in an envelope.
 */
export function composeMail(message: OutgoingMessage, mailFrom: string): Mail | null {
  const from = parseMailbox(mailFrom);
  if (from === null || message.recipient === null || !isMailAddress(message.recipient)) return null;
  const domain = from.address.slice(from.address.lastIndexOf("@") + 1);
  const headers: Record<string, string> = { "Auto-Submitted": "auto-generated", "X-Tact-Message": message.id };
  if (message.unsubscribeUrl !== null) {
    headers["List-Unsubscribe"] = `<${new URL(message.unsubscribeUrl).href}>`;
    headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click";
  }
  return {
    messageId: `<${message.id}@${domain}>`,
    envelope: { from: from.address, to: message.recipient },
    from,
    to: message.recipient,
    subject: singleLine(message.subject ?? ""),
    html: message.html,
    text: message.text,
    headers,
  };
}

/** The MIME source: UTF-8, plain text and HTML as alternatives. */
export async function buildMailSource(mail: Mail): Promise<Buffer> {
  const composer = new MailComposer({
    from: mail.from,
    to: { name: "", address: mail.to },
    subject: mail.subject,
    text: mail.text,
    ...(mail.html === null ? {} : { html: mail.html }),
    messageId: mail.messageId,
    headers: Object.entries(mail.headers).map(([key, value]) => ({ key, value })),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}
