import { type Channel, channels as everyChannel } from "../../definitions/common-fields.ts";
import type { GuardVerdict } from "../decision.ts";
import { allow, suppress } from "../guard-verdict.ts";
import type { Subject } from "../subject.ts";
import { isOpen } from "../ways.ts";

/** The channels seen only while the customer is with us. */
const flowChannels: readonly Channel[] = ["in_page", "in_app"];

/** There is a channel with words, an address and no failure behind it; which of them goes first is `channelPlan`. */
export function channel(subject: Subject): GuardVerdict {
  if (subject.usable.length > 0) return allow("channel", { usable: subject.usable });
  const { offered, candidate } = subject;
  if (offered.length === 0) return suppress("channel", "no_wording");
  const failed = offered.filter((one) => candidate.failedChannels.includes(one));
  return suppress("channel", failed.length === offered.length ? "all_channels_failed" : "no_channel", { offered, failed });
}

/**
 * The open channels in the order to try them. A journey that fixes its channels fixes their order too; otherwise: in the flow now,
 * then what the customer prefers, then the policy's order (smallest interruption first), then a fixed order of all channels.
 */
export function channelPlan(subject: Subject): readonly Channel[] {
  const open: Channel[] = [];
  if (subject.usable.length === 0) return open;
  for (const way of subject.ways) if (isOpen(way)) open.push(way.channel);
  if (open.length < 2 || subject.candidate.offer.channels !== "auto") return open;
  const { customer, preferences, policies } = subject.input;
  const rank = (one: Channel): number => {
    if (customer.inFlow && flowChannels.includes(one)) return flowChannels.indexOf(one) - 100;
    if (one === preferences.preferredChannel) return -1;
    const position = policies.channelOrder.indexOf(one);
    return position >= 0 ? position : policies.channelOrder.length + everyChannel.indexOf(one);
  };
  return open.sort((a, b) => rank(a) - rank(b));
}
