import { type CandidatePatch, day, hour, noon, policies, reachable } from "../decide-input.ts";
import type { DecideCase } from "./decide-case.ts";

const onlySms: CandidatePatch = { variantChannels: ["sms"] };
const _sms = { customer: { reachability: reachable("sms") }, consent: { "proactive_help:sms": "granted" } } as const;
const marketing: CandidatePatch = { offer: { purpose: "marketing", class: "marketing" } };

export const consentCases: DecideCase[] = [
  {
    name: "sends no marketing without a yes",
    given: { candidate: marketing },
    verdict: "SUPPRESS",
    guard: "consent",
    code: "consent_unknown",
  },
  {
    name: "sends no marketing without a yes even if a policy allows the unknown",
    given: {
      candidate: marketing,
      policies: { ...policies, consent: [{ purpose: "marketing", channel: "*", basis: "legitimate_interest", unknown: "allowed" }] },
    },
    verdict: "SUPPRESS",
    code: "consent_unknown",
  },
  {
    name: "sends marketing after a yes for every channel",
    given: { candidate: marketing, consent: { "marketing:*": "granted" } },
    verdict: "SEND",
  },
  {
    name: "waits for the second step of a double opt-in",
    given: { candidate: marketing, consent: { "marketing:*": "pending" } },
    verdict: "SUPPRESS",
    code: "consent_pending",
  },
  {
    name: "takes the one channel that was granted",
    given: { candidate: marketing, consent: { "marketing:email": "granted" } },
    verdict: "SEND",
    plan: ["email"],
  },
  {
    name: "respects a withdrawal for one channel and uses the other",
    given: { consent: { "proactive_help:in_app": "withdrawn" } },
    verdict: "SEND",
    plan: ["email"],
  },
  {
    name: "respects a withdrawal for all channels over an older yes for one",
    given: { consent: { "proactive_help:*": "withdrawn", "proactive_help:email": "granted" } },
    verdict: "SUPPRESS",
    guard: "consent",
    code: "consent_withdrawn",
  },
  {
    name: "respects an objection to service messages",
    given: { candidate: { offer: { purpose: "service", class: "service" } }, consent: { "service:*": "denied" } },
    verdict: "SUPPRESS",
    code: "consent_denied",
  },
  {
    name: "respects a withdrawal even for a critical message whose policy would skip consent",
    given: {
      candidate: { offer: { class: "critical" } },
      consent: { "proactive_help:*": "withdrawn" },
      policies: { ...policies, skips: { critical: ["consent"] } },
    },
    verdict: "SUPPRESS",
    guard: "consent",
  },
  {
    name: "needs a rule that names the lawful basis",
    given: { policies: { ...policies, consent: [] } },
    verdict: "SUPPRESS",
    code: "no_lawful_basis",
  },
  {
    name: "needs a yes on a channel whose basis is consent, though other channels need none",
    given: { candidate: onlySms, customer: { reachability: reachable("sms") } },
    verdict: "SUPPRESS",
    code: "consent_unknown",
  },
  {
    name: "names the missing yes, not the quiet hours that would also have closed the channel",
    given: { candidate: onlySms, customer: { reachability: reachable("sms") }, now: noon + 9 * hour },
    verdict: "SUPPRESS",
    guard: "consent",
  },
];

export const preferenceCases: DecideCase[] = [
  {
    name: "says nothing once help is turned off",
    given: { preferences: { helpOff: true } },
    verdict: "SUPPRESS",
    guard: "preferences",
    code: "help_off",
  },
  {
    name: "says nothing on a topic turned off",
    given: { preferences: { topicsOff: ["checkout"] } },
    verdict: "SUPPRESS",
    code: "topic_off",
  },
  { name: "speaks when another topic is off", given: { preferences: { topicsOff: ["refills"] } }, verdict: "SEND" },
  {
    name: "uses no channel the customer has turned off",
    given: { preferences: { channelsOff: ["in_app"] } },
    verdict: "SEND",
    plan: ["email"],
  },
  {
    name: "says nothing when every usable channel is turned off",
    given: { preferences: { channelsOff: ["in_app", "email"] } },
    verdict: "SUPPRESS",
    guard: "preferences",
    code: "channel_off",
  },
  {
    name: "waits until a snooze of everything ends",
    given: { preferences: { snoozedUntil: noon + 3 * hour } },
    verdict: "HOLD",
    code: "all_snoozed",
    until: noon + 3 * hour,
  },
  {
    name: "gives up when a snooze outlasts the offer",
    given: { preferences: { snoozedUntil: noon + 30 * hour } },
    verdict: "SUPPRESS",
    guard: "preferences",
    code: "all_snoozed_stale",
  },
  {
    name: "waits when this help was put off",
    given: { reactions: [{ intent: "finish_checkout", topic: "checkout", kind: "snoozed", until: noon + hour, at: noon - hour }] },
    verdict: "HOLD",
    code: "help_snoozed",
    until: noon + hour,
  },
  {
    name: "does not ask twice when this help was declined for good",
    given: { reactions: [{ intent: "finish_checkout", topic: "checkout", kind: "declined", until: null, at: noon - 90 * day }] },
    verdict: "SUPPRESS",
    code: "help_declined",
  },
  {
    name: "may offer again when the refusal has run out",
    given: { reactions: [{ intent: "finish_checkout", topic: "checkout", kind: "declined", until: noon, at: noon - 30 * day }] },
    verdict: "SEND",
  },
  {
    name: "takes the last word: accepted after declined",
    given: {
      reactions: [
        { intent: "finish_checkout", topic: "checkout", kind: "accepted", until: null, at: noon - day },
        { intent: "finish_checkout", topic: "checkout", kind: "declined", until: null, at: noon - 2 * day },
      ],
    },
    verdict: "SEND",
  },
  {
    name: "respects a topic turned off from inside another message",
    given: { reactions: [{ intent: "another_help", topic: "checkout", kind: "turned_off", until: null, at: noon - day }] },
    verdict: "SUPPRESS",
    code: "topic_turned_off",
  },
];
