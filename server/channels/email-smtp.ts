import type { ChannelAdapter, SendOutcome } from "./channel.ts";
import { buildMailSource, composeMail } from "./mail-source.ts";
import { type HandOver, parseSmtpUrl, SmtpSession } from "./smtp-session.ts";

const MESSAGES_PER_CONNECTION = 100;
const IDLE_MS = 20_000;

/**
 * E-mail through a relay over a pool of connections. SMTP has no idempotency key, so a message is handed over at most once: whatever
 * fails before the final dot surely was not accepted, whatever fails after it without a reply is ambiguous.
 */
export function createSmtpEmail(options: { url: string; from: string; concurrency?: number; timeoutMs?: number }): ChannelAdapter {
  const server = parseSmtpUrl(options.url, options.timeoutMs ?? 15_000);
  const idle: { session: SmtpSession; timer: NodeJS.Timeout }[] = [];

  function takeIdle(): SmtpSession | null {
    for (;;) {
      const entry = idle.pop();
      if (entry === undefined) return null;
      clearTimeout(entry.timer);
      if (entry.session.open) return entry.session;
    }
  }

  function giveBack(session: SmtpSession): void {
    if (!session.open) return;
    if (session.used >= MESSAGES_PER_CONNECTION) {
      session.close();
      return;
    }
    const timer = setTimeout(() => {
      const at = idle.findIndex((entry) => entry.session === session);
      if (at >= 0) idle.splice(at, 1);
      session.close();
    }, IDLE_MS);
    timer.unref();
    idle.push({ session, timer });
  }

  async function handOver(envelope: { from: string; to: string }, source: Buffer, signal: AbortSignal): Promise<HandOver> {
    const reused = takeIdle();
    if (reused !== null) {
      const result = await reused.send(envelope, source, signal);
      giveBack(reused);
      // A relay may drop a connection that was idle; as long as it said nothing and the body was not sent, a fresh one may try.
      if (result.ok || result.committed || result.status !== null || signal.aborted) return result;
    }
    const session = new SmtpSession(server);
    const close = () => session.close();
    signal.addEventListener("abort", close, { once: true });
    try {
      const connected = await session.connect();
      if (!connected.ok) return connected;
      const result = await session.send(envelope, source, signal);
      giveBack(session);
      return result;
    } finally {
      signal.removeEventListener("abort", close);
    }
  }

  return {
    channel: "email",
    provider: "smtp",
    guarantee: "at_most_once",
    concurrency: options.concurrency ?? 20,
    async send(message, { signal }) {
      const mail = composeMail(message, options.from);
      if (mail === null) return { outcome: "refused", detail: "the recipient is not a usable address" };
      const result = await handOver(mail.envelope, await buildMailSource(mail), signal);
      return outcomeOf(result, mail.messageId);
    },
    async close() {
      for (const entry of idle.splice(0)) {
        clearTimeout(entry.timer);
        entry.session.close();
      }
    },
  };
}

/** RFC 5321 §4.2.1: 4yz may succeed later, 5yz will not. Without a reply only the phase tells. */
function outcomeOf(result: HandOver, messageId: string): SendOutcome {
  if (result.ok) return { outcome: "accepted", providerMessageId: messageId, detail: "accepted by the relay" };
  if (result.status !== null && result.status >= 500) return { outcome: "refused", detail: result.detail };
  if (result.status !== null) return { outcome: "retry", detail: result.detail };
  return result.committed ? { outcome: "ambiguous", detail: result.detail } : { outcome: "retry", detail: result.detail };
}
