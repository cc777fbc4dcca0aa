import { appendFileSync } from "node:fs";
import type { Channel } from "../domain/definitions/common-fields.ts";
import type { ChannelAdapter } from "./channel.ts";

/**
 * A provider that accepts everything and does nothing, for measuring. With `file` it is an oracle: each message is written down
 * before it counts as accepted, so that what was handed over survives a killed process.
 */
export function createNoop(options: {
  channel: Channel;
  guarantee?: ChannelAdapter["guarantee"];
  file?: string;
  concurrency?: number;
}): ChannelAdapter {
  const { file } = options;
  return {
    channel: options.channel,
    provider: "noop",
    guarantee: options.guarantee ?? "at_most_once",
    concurrency: options.concurrency ?? 200,
    send(message, { idempotencyKey }) {
      if (file !== undefined) appendFileSync(file, `${JSON.stringify({ id: idempotencyKey, customerId: message.customerId })}\n`);
      return Promise.resolve({ outcome: "accepted", detail: "dropped on purpose" });
    },
  };
}
