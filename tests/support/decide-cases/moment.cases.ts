import type { Channel } from "#server/domain/definitions/common-fields.ts";
import { type CandidatePatch, contact, day, evidence, hour, ids, minute, noon, reachable } from "../decide-input.ts";
import type { DecideCase } from "./decide-case.ts";

const berlin = (clock: number): number => Date.UTC(2026, 5, 10) + (clock - 2) * hour;
const sent = (hoursAgo: number, patch: Partial<Parameters<typeof contact>[0]> = {}) => contact({ at: noon - hoursAgo * hour, ...patch });
const onlyEmail: CandidatePatch = { variantChannels: ["email"] };
const onlySms: CandidatePatch = { variantChannels: ["sms"] };
const sms = { customer: { reachability: reachable("sms") }, consent: { "proactive_help:sms": "granted" } } as const;
const below = (belowFloor: "ask" | "review" | "silent") => ({ evidence: { ...evidence, confidence: 0.3, belowFloor } });
const incidentOn = (areas: string[] | null, channels: Channel[] | null = null) => [{ id: ids.incident, areas, channels }];

export const incidentAndCaseCases: DecideCase[] = [
  {
    name: "holds help about an area with an open incident",
    given: { incidents: incidentOn(["payments"]) },
    verdict: "HOLD",
    guard: "incident",
    code: "incident",
    until: noon + 5 * minute,
  },
  { name: "speaks about another area", given: { incidents: incidentOn(["shipping"]) }, verdict: "SEND" },
  {
    name: "holds everything for an incident without areas",
    given: { incidents: incidentOn(null), candidate: { offer: { area: null } } },
    verdict: "HOLD",
    guard: "incident",
  },
  { name: "goes around a channel that is down", given: { incidents: incidentOn(null, ["in_app"]) }, verdict: "SEND", plan: ["email"] },
  {
    name: "lets an incident notice through the incident",
    given: { incidents: incidentOn(["payments"]), candidate: { offer: { class: "incident_notice", purpose: "service" } } },
    verdict: "SEND",
  },
  {
    name: "keeps quiet while a case is open",
    given: { cases: { openCount: 1 } },
    verdict: "HOLD",
    guard: "case",
    code: "open_case",
    until: noon + 15 * minute,
  },
  {
    name: "keeps quiet for the grace time after a case",
    given: { cases: { lastResolvedAt: noon - 20 * hour } },
    verdict: "HOLD",
    guard: "case",
    code: "case_grace",
    until: noon + 4 * hour,
  },
  { name: "speaks again after the grace time", given: { cases: { lastResolvedAt: noon - day } }, verdict: "SEND" },
];

export const goalAndDuplicateCases: DecideCase[] = [
  {
    name: "does not help to do what is done",
    given: { candidate: { goalReachedAt: noon - minute } },
    verdict: "SUPPRESS",
    guard: "goal",
    code: "goal_reached",
  },
  {
    name: "does not offer the same help again by another journey and channel",
    given: { recent: [sent(50, { intent: "finish_checkout", channel: "in_app" })] },
    verdict: "SUPPRESS",
    guard: "duplicate",
    code: "duplicate",
  },
  { name: "may offer the same help after its window", given: { recent: [sent(168, { intent: "finish_checkout" })] }, verdict: "SEND" },
  {
    name: "does not take a ladder's later rung for a duplicate",
    given: {
      candidate: { offer: { rung: 1 } },
      recent: [sent(3, { intent: "finish_checkout", journeyKey: "checkout_help", enrollmentId: ids.enrollment })],
    },
    verdict: "SEND",
  },
  {
    name: "takes a first rung after the same help for a duplicate",
    given: {
      candidate: { offer: { rung: 0 } },
      recent: [sent(3, { intent: "finish_checkout", journeyKey: "checkout_help", enrollmentId: ids.enrollment })],
    },
    verdict: "SUPPRESS",
    guard: "duplicate",
  },
  {
    name: "does not count the customer's own message as help given",
    given: { recent: [sent(3, { kind: "inbound", intent: "finish_checkout" })] },
    verdict: "SEND",
  },
];

export const confidenceCases: DecideCase[] = [
  {
    name: "asks first below the confidence floor",
    given: { candidate: { offer: below("ask") } },
    verdict: "ASK",
    guard: "confidence",
    code: "ask_first",
  },
  {
    name: "shows a person what it is unsure of",
    given: { candidate: { offer: below("review") } },
    verdict: "REVIEW",
    guard: "confidence",
    code: "unsure",
  },
  { name: "goes on once the person has approved", given: { candidate: { reviewed: true, offer: below("review") } }, verdict: "SEND" },
  {
    name: "stays silent where the situation says so",
    given: { candidate: { offer: below("silent") } },
    verdict: "SUPPRESS",
    code: "stay_silent",
  },
  {
    name: "asks in the ask band even at high confidence",
    given: { candidate: { offer: { evidence: { ...evidence, band: "below" } } } },
    verdict: "ASK",
    guard: "confidence",
  },
  { name: "sends at exactly the floor", given: { candidate: { offer: { evidence: { ...evidence, confidence: 0.5 } } } }, verdict: "SEND" },
  {
    name: "has a person read what is sensitive",
    given: { candidate: { offer: { sensitive: true } } },
    verdict: "REVIEW",
    guard: "sensitive",
    code: "sensitive",
  },
  {
    name: "sends what is sensitive after the review",
    given: { candidate: { reviewed: true, offer: { sensitive: true } } },
    verdict: "SEND",
  },
];

export const quietHourCases: DecideCase[] = [
  {
    name: "holds a text message in the evening until the morning",
    given: { candidate: onlySms, ...sms, now: berlin(21.5) },
    verdict: "HOLD",
    guard: "quiet_hours",
    code: "quiet_hours",
    until: berlin(32),
  },
  { name: "sends at the very minute quiet hours end", given: { candidate: onlySms, ...sms, now: berlin(8) }, verdict: "SEND" },
  {
    name: "holds from the very minute they begin",
    given: { candidate: onlySms, ...sms, now: berlin(20) },
    verdict: "HOLD",
    guard: "quiet_hours",
  },
  {
    name: "takes a channel that is not quiet instead of waiting",
    given: {
      candidate: { variantChannels: ["sms", "email"] },
      customer: { reachability: reachable("sms", "email") },
      consent: sms.consent,
      now: berlin(21),
    },
    verdict: "SEND",
    plan: ["email"],
  },
  {
    name: "stays with the channel the journey fixed and waits",
    given: {
      candidate: { variantChannels: ["sms", "email"], offer: { channels: ["sms"] } },
      customer: { reachability: reachable("sms", "email") },
      consent: sms.consent,
      now: berlin(21),
    },
    verdict: "HOLD",
    guard: "quiet_hours",
  },
  {
    name: "gives up when the offer does not last until the morning",
    given: { candidate: { ...onlySms, validUntil: berlin(23) }, ...sms, now: berlin(22) },
    verdict: "SUPPRESS",
    guard: "quiet_hours",
    code: "quiet_hours_stale",
  },
  {
    name: "keeps the customer's own hours on channels the policy leaves free",
    given: { candidate: onlyEmail, preferences: { quietHours: { from: "13:00", to: "15:30" } } },
    verdict: "HOLD",
    code: "own_quiet_hours",
    until: berlin(15.5),
  },
  {
    name: "may show in-app during the customer's own hours: it disturbs nobody",
    given: { preferences: { quietHours: { from: "13:00", to: "15:30" } } },
    verdict: "SEND",
    plan: ["in_app"],
  },
  {
    name: "adds up quiet times that touch",
    given: { candidate: onlyEmail, preferences: { quietHours: { from: "07:00", to: "09:00" } }, now: berlin(23) },
    verdict: "HOLD",
    until: berlin(33),
  },
  {
    name: "waits for the later of two: midnight frees the cap, the morning the channel",
    given: { candidate: onlySms, ...sms, now: berlin(21), recent: [1, 2, 3].map((hours) => sent(hours)) },
    verdict: "HOLD",
    guard: "quiet_hours",
    until: berlin(32),
  },
  {
    name: "lets a critical message through quiet hours where the policy says so",
    given: { candidate: { ...onlySms, offer: { class: "critical" } }, ...sms, now: berlin(22) },
    verdict: "SEND",
  },
  {
    name: "waits in the customer's zone, not the company's",
    given: { candidate: onlySms, ...sms, customer: { ...sms.customer, timezone: "America/New_York" }, now: Date.UTC(2026, 5, 10, 2) },
    verdict: "HOLD",
    until: Date.UTC(2026, 5, 10, 12),
  },
];
