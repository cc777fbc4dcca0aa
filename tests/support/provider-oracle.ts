import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import type { ChannelAdapter } from "#server/channels/channel.ts";

const acceptedSchema = z.object({ messageId: z.string(), customerId: z.string(), at: z.number() });
/** A message that reached a customer: what no retry and no recovery can take back. */
export type Accepted = z.infer<typeof acceptedSchema>;

/**
 * A mail provider without idempotency keys that writes each message down before it answers: the file is the truth about what reached
 * people, whatever becomes of the process that sent it. Answers after `delayMs`.
 */
export function createOracleProvider(options: { file: string; delayMs: number; concurrency: number }): ChannelAdapter {
  return {
    channel: "email",
    provider: "oracle",
    guarantee: "at_most_once",
    concurrency: options.concurrency,
    async send(message) {
      const accepted: Accepted = { messageId: message.id, customerId: message.customerId, at: Date.now() };
      // one short line in append mode is one write: processes do not mix theirs
      appendFileSync(options.file, `${JSON.stringify(accepted)}\n`);
      if (options.delayMs > 0) await delay(options.delayMs);
      return { outcome: "accepted", detail: "written down" };
    },
  };
}

/** Everything that reached a customer so far, in the order in which it did. */
export function readAccepted(file: string): Accepted[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => acceptedSchema.parse(JSON.parse(line)));
}
