import type { ChannelAdapter, OutgoingMessage, SendOutcome } from "./channel.ts";
import { composeMail, type Mail } from "./mail-source.ts";

/** Keeps mails by message id; keeping the same id twice changes nothing. */
export type KeepMails = (
  mails: readonly {
    id: string;
    from: string;
    to: string;
    subject: string;
    html: string | null;
    text: string;
    headers: Readonly<Record<string, string>>;
  }[],
) => Promise<void>;

const MAX_BATCH = 200;

/** The outbox of the embedded default: e-mail ends in a table that the console shows. Calls of one moment are written together. */
export function createSandboxEmail(options: { from: string; keep: KeepMails }): ChannelAdapter {
  let waiting: { message: OutgoingMessage; mail: Mail; done: (outcome: SendOutcome) => void }[] = [];
  let scheduled = false;

  async function flush(): Promise<void> {
    scheduled = false;
    const all = waiting;
    waiting = [];
    for (let at = 0; at < all.length; at += MAX_BATCH) {
      const batch = all.slice(at, at + MAX_BATCH);
      const outcome = await options.keep(batch.map(({ message, mail }) => kept(message.id, mail))).then(
        (): SendOutcome => ({ outcome: "accepted", detail: "kept in the sandbox outbox" }),
        // Ambiguous and idempotent: the message is kept again under the same id.
        (): SendOutcome => ({ outcome: "ambiguous", detail: "the sandbox outbox did not answer" }),
      );
      for (const { mail, done } of batch)
        done(outcome.outcome === "accepted" ? { ...outcome, providerMessageId: mail.messageId } : outcome);
    }
  }

  return {
    channel: "email",
    provider: "sandbox",
    guarantee: "idempotent",
    concurrency: 200,
    send(message) {
      const mail = composeMail(message, options.from);
      if (mail === null) return Promise.resolve({ outcome: "refused", detail: "the recipient is not a usable address" });
      return new Promise((done) => {
        waiting.push({ message, mail, done });
        if (scheduled) return;
        scheduled = true;
        setImmediate(() => void flush());
      });
    },
  };
}

function kept(id: string, mail: Mail) {
  const from = mail.from.name === "" ? mail.from.address : `${mail.from.name} <${mail.from.address}>`;
  const headers = { "Message-ID": mail.messageId, ...mail.headers };
  return { id, from, to: mail.to, subject: mail.subject, html: mail.html, text: mail.text, headers };
}
