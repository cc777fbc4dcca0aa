import type { Facts, GuardName } from "../decision.ts";
import type { BlockingCode, PassingCode } from "../decision-codes.ts";

/** Reads the facts of one guard's record. What the record does not hold is called not recorded, never made up. */
export type FactReader = {
  value: (key: string) => string;
  list: (key: string) => string;
  /** A local date and time. */
  time: (key: string) => string;
  duration: (key: string) => string;
  ratio: (key: string) => string;
  flag: (key: string) => boolean;
};

export function factReader(facts: Facts, timeInWords: (at: number) => string): FactReader {
  const missing = "not recorded";
  const number = (key: string, say: (value: number) => string): string => {
    const value = facts[key];
    return typeof value === "number" ? say(value) : missing;
  };
  return {
    value: (key) => (facts[key] === null ? "none" : String(facts[key] ?? missing)),
    list: (key) => {
      const value = facts[key];
      return Array.isArray(value) && value.length > 0 ? value.join(", ") : missing;
    },
    time: (key) => number(key, timeInWords),
    duration: (key) => number(key, durationInWords),
    ratio: (key) => number(key, (value) => value.toFixed(2)),
    flag: (key) => facts[key] === true,
  };
}

const units = [
  { ms: 86_400_000, name: "day" },
  { ms: 3_600_000, name: "hour" },
  { ms: 60_000, name: "minute" },
  { ms: 1000, name: "second" },
] as const;

/** "2 hours", "90 minutes": in the largest unit that gives a whole number. */
export function durationInWords(ms: number): string {
  const unit = units.find((one) => ms >= one.ms && ms % one.ms === 0);
  if (unit === undefined) return `${Math.round(ms / 100) / 10} seconds`;
  const count = ms / unit.ms;
  return `${count} ${unit.name}${count === 1 ? "" : "s"}`;
}

export const guardTitles: Readonly<Record<GuardName, string>> = {
  stop: "Hard stops",
  journey: "Journey and step",
  holdout: "Holdout",
  consent: "Consent",
  preferences: "Customer's preferences",
  incident: "Incidents",
  case: "Open case",
  goal: "Goal reached",
  duplicate: "Same help already given",
  confidence: "Confidence",
  sensitive: "Sensitive matter",
  quiet_hours: "Quiet hours",
  caps: "Caps",
  cooldown: "Cooldown",
  conflict: "Other offers",
  channel: "Channel",
};

export const passingWords: Readonly<Record<PassingCode, (facts: FactReader) => string>> = {
  ok: () => "Nothing against it.",
  other_channel: (facts) => `Closed here (${facts.list("closed")}), but another channel is open.`,
  already_closed: (facts) => `Closed here too (${facts.list("closed")}); guards before it had left no channel.`,
  skipped_by_class: (facts) => `Messages of class ${facts.value("class")} pass this guard by policy.`,
};

type StaffWords = { words: (facts: FactReader) => string; change: string };

export const staffWords: Readonly<Record<BlockingCode, StaffWords>> = {
  erased: { words: () => "The customer has been erased.", change: "Nothing: an erased customer is never written to." },
  paused: {
    words: (facts) => `Sending was paused (control epoch ${facts.value("epoch")}).`,
    change: "Ending the pause.",
  },
  address_suppressed: {
    words: (facts) => `No way to the customer is left; suppressed: ${facts.list("suppressed")}.`,
    change: "Another way to reach the customer that is not suppressed.",
  },
  journey_not_live: {
    words: (facts) => `Version ${facts.value("version")} of the journey is not live.`,
    change: "A live version of the journey.",
  },
  journey_outside_dates: { words: () => "The moment lies outside the journey's dates.", change: "A moment within the journey's dates." },
  enrollment_ended: { words: () => "The customer has left the journey or this step.", change: "Still standing on this step." },
  stale: {
    words: (facts) => `The offer was valid until ${facts.time("validUntil")}.`,
    change: "A decision before then, or an offer that stays valid longer.",
  },
  journey_suspended: { words: () => "The journey is suspended after faults.", change: "The journey's owner lifting the suspension." },
  holdout_journey: {
    words: () => "The customer is in the journey's held-out arm and is left alone on purpose.",
    change: "The treated arm; the record says what would have been decided.",
  },
  holdout_global: {
    words: () => "The customer is in the global holdout and is left alone on purpose.",
    change: "Not being in the holdout; the record says what would have been decided.",
  },
  consent_withdrawn: {
    words: (facts) => `Consent for ${facts.value("purpose")} was withdrawn (${facts.list("closed")}).`,
    change: "The customer granting consent again.",
  },
  consent_denied: {
    words: (facts) => `The customer said no to ${facts.value("purpose")} (${facts.list("closed")}).`,
    change: "The customer granting consent.",
  },
  consent_pending: {
    words: (facts) => `Consent for ${facts.value("purpose")} has not been confirmed yet (${facts.list("closed")}).`,
    change: "The customer confirming the double opt-in.",
  },
  consent_unknown: {
    words: (facts) =>
      `No consent for ${facts.value("purpose")} is on record, and its basis (${facts.value("basis")}) needs one (${facts.list("closed")}).`,
    change: "The customer granting consent.",
  },
  no_lawful_basis: {
    words: (facts) => `The consent policy names no lawful basis for ${facts.value("purpose")} (${facts.list("closed")}).`,
    change: "An approved consent policy that names one.",
  },
  help_off: { words: () => "The customer has turned help off.", change: "The customer turning help on again." },
  topic_off: {
    words: (facts) => `The customer has turned the topic ${facts.value("topic")} off.`,
    change: "The customer turning the topic on again.",
  },
  topic_turned_off: {
    words: (facts) => `The customer turned the topic ${facts.value("topic")} off in a message on ${facts.time("at")}.`,
    change: "The customer turning the topic on again.",
  },
  help_declined: {
    words: (facts) => `The customer declined this help on ${facts.time("at")}.`,
    change: "The refusal running out, or the customer accepting this help.",
  },
  help_snoozed: {
    words: (facts) => `The customer put this help off on ${facts.time("at")}.`,
    change: "The end of the time the customer asked for.",
  },
  all_snoozed: {
    words: (facts) => `The customer put all help off until ${facts.time("until")}.`,
    change: "The end of the time the customer asked for.",
  },
  channel_off: {
    words: (facts) => `The customer has turned off every channel that was left (${facts.list("closed")}).`,
    change: "A channel the customer has not turned off.",
  },
  incident: {
    words: (facts) => `Open incident in scope: ${facts.list("incidents")} (area of the offer: ${facts.value("area")}).`,
    change: "The incident being resolved.",
  },
  open_case: {
    words: (facts) => `The customer has an open case (${facts.value("open")}).`,
    change: "The case being solved and its grace time over.",
  },
  case_grace: {
    words: (facts) => `A case was solved on ${facts.time("resolvedAt")}; grace time is ${facts.duration("graceMs")}.`,
    change: "The end of the grace time.",
  },
  goal_reached: {
    words: (facts) => `The goal was reached on ${facts.time("reachedAt")}.`,
    change: "Nothing: the help is not needed any more.",
  },
  duplicate: {
    words: (facts) =>
      `The same help was given on ${facts.time("at")} by ${facts.flag("sameJourney") ? "this journey" : "another journey"}; its window is ${facts.duration("windowMs")}.`,
    change: "The end of the window.",
  },
  ask_first: {
    words: (facts) => belowWords(facts, "the situation asks the customer first"),
    change: "The customer confirming, or stronger evidence.",
  },
  unsure: { words: (facts) => belowWords(facts, "a person looks first"), change: "A person approving it, or stronger evidence." },
  stay_silent: { words: (facts) => belowWords(facts, "the situation stays silent"), change: "Stronger evidence." },
  sensitive: { words: () => "The help touches a sensitive matter; a person reads it first.", change: "A person approving it." },
  quiet_hours: {
    words: (facts) =>
      `Quiet hours of the policy, ${facts.value("from")} to ${facts.value("to")} in the customer's time zone (source: ${facts.value("zoneSource")}; ${facts.list("closed")}).`,
    change: "The end of quiet hours, or a channel without them.",
  },
  own_quiet_hours: {
    words: (facts) =>
      `The customer's own quiet hours, ${facts.value("from")} to ${facts.value("to")} (time zone: ${facts.value("zoneSource")}; ${facts.list("closed")}).`,
    change: "The end of the customer's quiet hours.",
  },
  cap_day: { words: (facts) => capWords(facts, "in the customer's calendar day"), change: "The next calendar day, or a higher cap." },
  cap_week: { words: (facts) => capWords(facts, "in the calendar week"), change: "The next week, or a higher cap." },
  cap_rolling_24h: { words: (facts) => capWords(facts, "in 24 hours"), change: "An earlier message being 24 hours old, or a higher cap." },
  cooldown: {
    words: (facts) =>
      `${facts.flag("inbound") ? "The customer contacted us" : "The last message was sent"} on ${facts.time("lastAt")}; the cooldown is ${facts.duration("cooldownMs")}.`,
    change: "The end of the cooldown.",
  },
  outranked: {
    words: (facts) =>
      `Another offer goes first: ${facts.value("winner")} (priority ${facts.value("winnerPriority")}, this one ${facts.value("priority")}).`,
    change: "A higher priority or expected benefit, or no other offer at the same moment.",
  },
  no_wording: {
    words: () => "The response has no wording for a channel the journey allows.",
    change: "An approved wording for such a channel.",
  },
  all_channels_failed: {
    words: (facts) => `Every channel has failed for this step: ${facts.list("failed")}.`,
    change: "A channel that works.",
  },
  no_channel: {
    words: (facts) => `The customer cannot be reached on any offered channel: ${facts.list("offered")}.`,
    change: "A verified address for one of them.",
  },
};

function belowWords(facts: FactReader, what: string): string {
  const measured = `score ${facts.ratio("score")}, confidence ${facts.ratio("confidence")}, floor ${facts.ratio("floor")}`;
  return `The evidence is below what is needed to act (${measured}); ${what}.`;
}

function capWords(facts: FactReader, span: string): string {
  const what = facts.value("of") === "*" ? "messages on all channels" : `messages by ${facts.value("of")}`;
  return `${facts.value("count")} of at most ${facts.value("max")} ${what} ${span} (${facts.list("closed")}).`;
}
