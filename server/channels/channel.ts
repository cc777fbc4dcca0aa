import type { Channel } from "../domain/definitions/common-fields.ts";

/** One message ready to be handed over. Nothing in it is a template any more. */
export type OutgoingMessage = {
  /** Also the idempotency key, whatever the attempt. */
  id: string;
  channel: Channel;
  customerId: string;
  /** Address on this channel; null where the customer's inbox is the address. */
  recipient: string | null;
  subject: string | null;
  html: string | null;
  text: string;
  /** One-click unsubscribe (RFC 8058); null for messages nobody can unsubscribe from. */
  unsubscribeUrl: string | null;
};

/**
 * What became of one provider call.
 * - accepted: the provider has taken the message.
 * - refused: it surely has not, and trying this channel again is useless.
 * - retry: it surely has not, and may later.
 * - ambiguous: nobody knows; sending again could reach the customer twice.
 */
export type SendOutcome = {
  outcome: "accepted" | "refused" | "retry" | "ambiguous";
  providerMessageId?: string;
  /** For people and logs; holds no address and no text of the message. */
  detail: string;
};

/**
 * A provider behind one channel. `idempotent`: a second call with the same key reaches the customer once, so an ambiguous call may
 * be repeated. `at_most_once`: it may not.
 */
export type ChannelAdapter = {
  channel: Channel;
  provider: string;
  guarantee: "idempotent" | "at_most_once";
  /** Calls that may be under way at the same time. */
  concurrency: number;
  send(message: OutgoingMessage, call: { signal: AbortSignal; idempotencyKey: string }): Promise<SendOutcome>;
  close?(): Promise<void>;
};
