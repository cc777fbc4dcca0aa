import { type CandidatePatch, contact, hour, ids, minute, noon, policies, reachable } from "../decide-input.ts";
import type { DecideCase } from "./decide-case.ts";

const berlin = (clock: number): number => Date.UTC(2026, 5, 10) + (clock - 2) * hour;
const sent = (hoursAgo: number, patch: Partial<Parameters<typeof contact>[0]> = {}) => contact({ at: noon - hoursAgo * hour, ...patch });
const noCooldown = { ...policies, cooldownMs: 0 };
const onlyEmail: CandidatePatch = { variantChannels: ["email"] };
const onlySms: CandidatePatch = { variantChannels: ["sms"] };
const sms = { customer: { reachability: reachable("sms") }, consent: { "proactive_help:sms": "granted" } } as const;
const heldOut: CandidatePatch = { arm: "holdout" };
const outranking: CandidatePatch = { id: ids.other, intent: "delivery_delay", offer: { priority: 80, journeyKey: "delivery_help" } };
const flow = { reachability: reachable("in_page", "in_app", "email"), inFlow: true };

export const capCases: DecideCase[] = [
  {
    name: "holds the fourth message of a day until local midnight",
    given: { policies: noCooldown, recent: [sent(1), sent(2), sent(3, { channel: "in_app" })] },
    verdict: "HOLD",
    guard: "caps",
    code: "cap_day",
    until: berlin(24),
  },
  {
    name: "counts the customer's day, not the last 24 hours",
    given: { policies: noCooldown, recent: [sent(1), sent(15, { channel: "in_app" }), sent(16, { channel: "in_app" })] },
    verdict: "SEND",
  },
  {
    name: "holds a mail until the older of two is 24 hours old",
    given: { candidate: onlyEmail, policies: noCooldown, recent: [sent(20), sent(16)] },
    verdict: "HOLD",
    code: "cap_rolling_24h",
    until: noon + 4 * hour,
  },
  {
    name: "takes another channel when only mail is full",
    given: { policies: noCooldown, recent: [sent(20), sent(16)] },
    verdict: "SEND",
    plan: ["in_app"],
  },
  {
    name: "gives up on a week that is full longer than the offer lasts",
    given: { candidate: onlySms, ...sms, recent: [sent(30, { channel: "sms" })] },
    verdict: "SUPPRESS",
    guard: "caps",
    code: "cap_week_stale",
  },
  {
    name: "starts the week on Monday: Sunday's text does not count",
    given: { candidate: onlySms, ...sms, recent: [sent(63, { channel: "sms" })] },
    verdict: "SEND",
  },
  {
    name: "never sends under a cap of nothing",
    given: { policies: { ...policies, caps: [{ channel: "*", max: 0, per: "day" }] } },
    verdict: "SUPPRESS",
    guard: "caps",
    code: "cap_day",
  },
  {
    name: "does not count what the customer sent",
    given: { policies: noCooldown, recent: [1, 2, 3, 4].map((hours) => sent(hours, { kind: "inbound" })) },
    verdict: "SEND",
  },
  {
    name: "sends service messages over the cap where the policy says so",
    given: { candidate: { offer: { class: "service", purpose: "service" } }, recent: [sent(3), sent(4), sent(5)] },
    verdict: "SEND",
  },
  {
    name: "waits for the first channel to open: quiet text or full mail",
    given: {
      candidate: { variantChannels: ["sms", "email"] },
      customer: { reachability: reachable("sms", "email") },
      consent: sms.consent,
      policies: noCooldown,
      now: berlin(21),
      recent: [contact({ at: berlin(20) }), contact({ at: berlin(19) })],
    },
    verdict: "HOLD",
    guard: "caps",
    until: berlin(32),
  },
];

export const cooldownCases: DecideCase[] = [
  {
    name: "pauses after a message",
    given: { recent: [sent(1)] },
    verdict: "HOLD",
    guard: "cooldown",
    code: "cooldown",
    until: noon + hour,
  },
  {
    name: "pauses after the customer wrote to us",
    given: { recent: [sent(0.5, { kind: "inbound" })] },
    verdict: "HOLD",
    until: noon + 1.5 * hour,
  },
  { name: "speaks again when the pause is over", given: { recent: [sent(2)] }, verdict: "SEND" },
  {
    name: "gives up on an in-flow tip the pause outlasts",
    given: { candidate: { validUntil: noon + 30 * minute }, recent: [sent(1)] },
    verdict: "SUPPRESS",
    code: "cooldown_stale",
  },
];

export const conflictCases: DecideCase[] = [
  {
    name: "lets the higher priority speak and holds the other through its cooldown",
    given: { others: [outranking] },
    verdict: "HOLD",
    guard: "conflict",
    code: "outranked",
    until: noon + 2 * hour,
    winner: ids.other,
  },
  {
    name: "drops the outranked offer where its journey says so",
    given: { candidate: { offer: { whenOutranked: "suppress" } }, others: [outranking] },
    verdict: "SUPPRESS",
    guard: "conflict",
    winner: ids.other,
  },
  {
    name: "prefers the greater benefit at equal priority",
    given: { others: [{ ...outranking, offer: { expectedBenefit: 9 } }] },
    verdict: "SEND",
  },
  {
    name: "prefers the older offer at equal priority and benefit",
    given: { others: [{ ...outranking, offer: {}, createdAt: noon - hour }] },
    verdict: "HOLD",
    winner: ids.other,
  },
  { name: "prefers the smaller id when all is equal", given: { others: [{ ...outranking, offer: {} }] }, verdict: "SEND" },
  {
    name: "does not wait for a rival that another guard stops",
    given: { others: [{ ...outranking, goalReachedAt: noon }] },
    verdict: "SEND",
  },
  {
    name: "does not wait for a rival without a channel",
    given: { others: [{ ...outranking, variantChannels: ["call"] }] },
    verdict: "SEND",
  },
  {
    name: "does not wait for a held-out rival: it says nothing",
    given: { others: [{ ...outranking, arm: "holdout" }] },
    verdict: "SEND",
  },
  {
    name: "would have been outranked in the held-out arm just as in the treated one",
    given: { candidate: heldOut, others: [outranking] },
    verdict: "SUPPRESS",
    guard: "holdout",
    wouldBe: "HOLD",
    winner: ids.other,
  },
  {
    name: "does not let one held-out offer outrank another's counterfactual",
    given: { candidate: heldOut, others: [{ ...outranking, arm: "holdout" }] },
    verdict: "SUPPRESS",
    wouldBe: "SEND",
  },
  {
    name: "lets offers compete with each other in the global holdout's counterfactual",
    given: { customer: { inGlobalHoldout: true }, others: [outranking] },
    verdict: "SUPPRESS",
    guard: "holdout",
    wouldBe: "HOLD",
    winner: ids.other,
  },
  {
    name: "lets a critical message go beside the winner",
    given: { candidate: { offer: { class: "critical", priority: 1 } }, others: [outranking] },
    verdict: "SEND",
  },
  {
    name: "never sends the very same help twice at once, not even beside a critical one",
    given: { others: [{ ...outranking, intent: "finish_checkout", offer: { class: "critical", priority: 1 } }] },
    verdict: "HOLD",
    guard: "conflict",
    winner: ids.other,
  },
];

export const channelCases: DecideCase[] = [
  {
    name: "helps in the flow first while the customer is there",
    given: { customer: flow, preferences: { preferredChannel: "email" }, candidate: { variantChannels: ["email", "in_app", "in_page"] } },
    verdict: "SEND",
    plan: ["in_page", "in_app", "email"],
  },
  {
    name: "takes the preferred channel when the customer is away",
    given: { preferences: { preferredChannel: "email" } },
    verdict: "SEND",
    plan: ["email", "in_app"],
  },
  {
    name: "keeps the order a journey fixes",
    given: { candidate: { offer: { channels: ["email", "in_app"] } }, customer: { inFlow: true } },
    verdict: "SEND",
    plan: ["email", "in_app"],
  },
  {
    name: "goes on to the next channel when one has failed",
    given: { candidate: { failedChannels: ["in_app"] } },
    verdict: "SEND",
    plan: ["email"],
  },
  {
    name: "ends when every channel has failed",
    given: { candidate: { failedChannels: ["in_app", "email"] } },
    verdict: "SUPPRESS",
    guard: "channel",
    code: "all_channels_failed",
  },
  {
    name: "ends when the customer cannot be reached",
    given: { customer: { reachability: {} } },
    verdict: "SUPPRESS",
    guard: "channel",
    code: "no_channel",
  },
  {
    name: "ends when there are no words for the channel the journey fixed",
    given: { candidate: { offer: { channels: ["sms"] } } },
    verdict: "SUPPRESS",
    guard: "channel",
    code: "no_wording",
  },
  {
    name: "puts channels the policy does not name last",
    given: {
      candidate: { variantChannels: ["agent", "email"] },
      customer: { reachability: reachable("agent", "email") },
    },
    verdict: "SEND",
    plan: ["email", "agent"],
  },
];
