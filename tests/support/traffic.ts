import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { WRITE_KEY } from "./installation.ts";

export type SentEvent = {
  messageId: string;
  type: "track" | "identify" | "alias";
  userId: string;
  previousId?: string;
  event?: string;
  properties?: Record<string, unknown>;
  traits?: Record<string, unknown>;
};

const replySchema = z.object({
  verdicts: z.array(z.object({ index: z.number(), status: z.enum(["accepted", "duplicate", "rejected"]) })),
});
const headers = { authorization: `Basic ${Buffer.from(`${WRITE_KEY}:`).toString("base64")}`, "content-type": "application/json" };

/**
 * One try to send a batch. Returns the messageIds that were acknowledged, or null when nothing was promised (no answer, 429, 503).
 * Any other answer fails the test: a client would throw the events away.
 */
export async function tryBatch(url: string, batch: readonly SentEvent[]): Promise<string[] | null> {
  let reply: Response;
  let body: string;
  try {
    reply = await fetch(`${url}/v1/batch`, {
      method: "POST",
      headers,
      body: JSON.stringify({ batch }),
      signal: AbortSignal.timeout(10_000),
    });
    body = await reply.text();
  } catch {
    // nobody listened, or the connection broke before the answer was complete
    return null;
  }
  if (reply.status === 429 || reply.status === 503) return null;
  if (reply.status !== 200) throw new Error(`/v1/batch answered ${reply.status}: ${body}`);
  const { verdicts } = replySchema.parse(JSON.parse(body));
  const refused = verdicts.filter(({ status }) => status === "rejected");
  if (refused.length > 0 || verdicts.length !== batch.length) throw new Error(`/v1/batch refused ${refused.length} good events`);
  return batch.map(({ messageId }) => messageId);
}

/** Sends a batch until it is acknowledged, as every client of the protocol does. */
export async function sendBatch(url: string, batch: readonly SentEvent[], options: { withinMs?: number } = {}): Promise<string[]> {
  const deadline = Date.now() + (options.withinMs ?? 60_000);
  for (;;) {
    const acknowledged = await tryBatch(url, batch);
    if (acknowledged !== null) return acknowledged;
    if (Date.now() > deadline) throw new Error("a batch was not acknowledged in time");
    await delay(20);
  }
}

/** A customer the shop's server tells of, with a mail address that may be written to. */
export function identify(userId: string): SentEvent {
  const traits = { email: `${userId}@example.test`, firstName: "Ada" };
  return { messageId: `identify-${userId}`, type: "identify", userId, traits };
}

export function track(userId: string, event: string, messageId: string, properties: Record<string, unknown> = {}): SentEvent {
  return { messageId, type: "track", userId, event, properties };
}

/** Sends many events in batches of `size`, in their order. */
export async function sendAll(url: string, events: readonly SentEvent[], size = 200): Promise<void> {
  for (let from = 0; from < events.length; from += size) await sendBatch(url, events.slice(from, from + size));
}
