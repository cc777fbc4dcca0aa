import type { Channel } from "../../definitions/common-fields.ts";
import type { DecideInput, GuardVerdict } from "../decision.ts";
import { hold, suppress } from "../guard-verdict.ts";
import type { Subject } from "../subject.ts";
import { type Block, judgeWays } from "../ways.ts";

type Reaction = DecideInput["reactions"][number];

const channelOff: Block = { code: "channel_off", until: null };

/** What the customer has said: help off, topic off, this help declined, not now, not on this channel. */
export function preferences(subject: Subject): GuardVerdict {
  const { preferences: own, reactions, now } = subject.input;
  const { topic } = subject.candidate.offer;
  if (own.helpOff) return suppress("preferences", "help_off");
  if (own.topicsOff.includes(topic)) return suppress("preferences", "topic_off", { topic });
  const reaction = lastReaction(reactions, subject.candidate.intent, topic, now);
  if (reaction !== null && reaction.kind !== "accepted") {
    const facts = { topic, at: reaction.at, until: reaction.until };
    if (reaction.kind === "turned_off") return suppress("preferences", "topic_turned_off", facts);
    if (reaction.kind === "declined") return suppress("preferences", "help_declined", facts);
    if (reaction.until === null) return suppress("preferences", "help_snoozed", facts);
    return hold("preferences", "help_snoozed", Math.max(reaction.until, own.snoozedUntil ?? 0), facts);
  }
  if (own.snoozedUntil !== null && own.snoozedUntil > now) {
    return hold("preferences", "all_snoozed", own.snoozedUntil, { until: own.snoozedUntil });
  }
  return judgeWays("preferences", subject.ways);
}

export function preferencesBlock(input: DecideInput, channel: Channel): Block | null {
  return input.preferences.channelsOff.includes(channel) ? channelOff : null;
}

const weight: Record<Reaction["kind"], number> = { accepted: 0, snoozed: 1, declined: 2, turned_off: 3 };

/**
 * The customer's last word on this help that still holds: on its intent, or on its whole topic when that was turned off. An
 * answer that has run out says nothing; of two given at the same instant the stricter counts.
 */
function lastReaction(reactions: readonly Reaction[], intent: string, topic: string, now: number): Reaction | null {
  let last: Reaction | null = null;
  for (const reaction of reactions) {
    if (reaction.kind === "turned_off" ? reaction.topic !== topic : reaction.intent !== intent) continue;
    if (reaction.until !== null && reaction.until <= now) continue;
    if (last === null || reaction.at > last.at || (reaction.at === last.at && weight[reaction.kind] > weight[last.kind])) last = reaction;
  }
  return last;
}
