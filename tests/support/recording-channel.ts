import type { ChannelAdapter, OutgoingMessage, SendOutcome } from "#server/channels/channel.ts";
import type { Channel } from "#server/domain/definitions/common-fields.ts";

export type RecordedCall = { message: OutgoingMessage; key: string; at: number };
export type RecordingChannel = ChannelAdapter & {
  calls: RecordedCall[];
  answer: (call: RecordedCall) => SendOutcome | Promise<SendOutcome>;
};

/** A provider that remembers every call and answers as it is told to. */
export function recordingChannel(
  options: { channel?: Channel; guarantee?: ChannelAdapter["guarantee"]; concurrency?: number } = {},
): RecordingChannel {
  const recording: RecordingChannel = {
    channel: options.channel ?? "email",
    provider: "recording",
    guarantee: options.guarantee ?? "at_most_once",
    concurrency: options.concurrency ?? 20,
    calls: [],
    answer: () => ({ outcome: "accepted", detail: "recorded" }),
    async send(message, { idempotencyKey }) {
      const call = { message, key: idempotencyKey, at: performance.now() };
      recording.calls.push(call);
      return recording.answer(call);
    },
  };
  return recording;
}
