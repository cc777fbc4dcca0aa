import { createHmac } from "node:crypto";
import * as z from "zod";
import type { DemoDelivery, DemoReceipt } from "#server/domain/demo/world.ts";

const messagesSchema = z.object({
  data: z.array(
    z.object({ id: z.string(), createdAt: z.string(), state: z.string(), channel: z.string(), response: z.object({ key: z.string() }) }),
  ),
});
const hookSchema = z.object({ url: z.string(), secret: z.string() });

const reached: ReadonlySet<string> = new Set(["sent", "delivered"]);
const NEWEST = 20;

/** What the demo company asks and reports over the public API besides its events. */
export type PublicApi = {
  /** Messages that reached this customer, the newest ones. */
  deliveriesTo(userId: string): Promise<DemoDelivery[]>;
  /** Reports as the mail provider would, signed with its secret. */
  report(receipts: readonly DemoReceipt[]): Promise<void>;
};

export function publicApi(options: { url: string; apiKey: string; signal: AbortSignal; now(): number }): PublicApi {
  const { url, apiKey, signal } = options;
  let hook: z.infer<typeof hookSchema> | null = null;

  async function get(path: string): Promise<Response> {
    return fetch(new URL(path, url), { headers: { authorization: `Bearer ${apiKey}` }, signal });
  }

  async function jsonOf(response: Response): Promise<unknown> {
    if (!response.ok) throw new Error(`${new URL(response.url).pathname} answered ${response.status}`);
    return response.json();
  }

  return {
    async deliveriesTo(userId) {
      const response = await get(`/v1/customers/${encodeURIComponent(userId)}/messages?limit=${NEWEST}`);
      // not known yet: an event of this customer waits to be processed
      if (response.status === 404) return [];
      const { data } = messagesSchema.parse(await jsonOf(response));
      return data
        .filter((message) => reached.has(message.state))
        .map((message) => ({
          messageId: message.id,
          userId,
          response: message.response.key,
          channel: message.channel,
          at: Date.parse(message.createdAt),
        }))
        .reverse();
    },
    async report(receipts) {
      if (receipts.length === 0) return;
      hook ??= hookSchema.parse(await jsonOf(await get("/v1/hooks/sandbox")));
      const body = JSON.stringify({
        receipts: receipts.map(({ at, messageId, kind }) => ({
          id: `demo-${kind}-${messageId}`,
          messageId,
          kind,
          hard: kind === "bounced",
          at: new Date(at).toISOString(),
        })),
      });
      const now = options.now();
      const [id, timestamp] = [`demo-${now}`, String(Math.floor(now / 1_000))];
      const key = Buffer.from(hook.secret.replace(/^whsec_/, ""), "base64");
      const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
      const signed = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
      const headers = { "content-type": "application/json", ...signed };
      await jsonOf(await fetch(new URL("/hooks/sandbox", url), { method: "POST", headers, body, signal }));
    },
  };
}
