import { type CandidatePatch, contact, hour, minute, noon, policies, reachable } from "../decide-input.ts";
import type { DecideCase } from "./decide-case.ts";

const berlin = (clock: number): number => Date.UTC(2026, 5, 10) + (clock - 2) * hour;
const sent = (hoursAgo: number, patch: Partial<Parameters<typeof contact>[0]> = {}) => contact({ at: noon - hoursAgo * hour, ...patch });
const onlySms: CandidatePatch = { variantChannels: ["sms"] };
const sms = { customer: { reachability: reachable("sms") }, consent: { "proactive_help:sms": "granted" } } as const;
const ghost = { kind: "ghost", intent: "finish_checkout", journeyKey: "checkout_help" } as const;
const heldOut: CandidatePatch = { arm: "holdout" };

export const plainCases: DecideCase[] = [
  { name: "sends on a plain afternoon, smallest interruption first", given: {}, verdict: "SEND", plan: ["in_app", "email"] },
  { name: "sends an offer that needs no evidence", given: { candidate: { offer: { evidence: null } } }, verdict: "SEND" },
  { name: "sends a survey by the same rules", given: { candidate: { offer: { kind: "survey" } } }, verdict: "SEND" },
];

export const stopCases: DecideCase[] = [
  { name: "never writes to an erased customer", given: { customer: { erased: true } }, verdict: "SUPPRESS", guard: "stop", code: "erased" },
  {
    name: "holds everything while the emergency stop is on and looks again soon",
    given: { control: { paused: true } },
    verdict: "HOLD",
    guard: "stop",
    code: "paused",
    until: noon + 5 * minute,
  },
  {
    name: "lets no class through the emergency stop, whatever a policy grants",
    given: {
      control: { paused: true },
      candidate: { offer: { class: "critical" } },
      policies: { ...policies, skips: { critical: ["stop", "consent"] } },
    },
    verdict: "HOLD",
    guard: "stop",
  },
  {
    name: "looks again at the very end of an offer that runs out during a pause",
    given: { control: { paused: true }, candidate: { validUntil: noon + minute } },
    verdict: "HOLD",
    until: noon + minute,
  },
  {
    name: "gives up on an offer that has run out during a pause",
    given: { control: { paused: true }, candidate: { validUntil: noon } },
    verdict: "SUPPRESS",
    guard: "stop",
    code: "paused_stale",
  },
  {
    name: "stops when every address it could use is suppressed",
    given: { customer: { reachability: { email: { addressHash: null, sendable: true, suppressed: true } } } },
    verdict: "SUPPRESS",
    guard: "stop",
    code: "address_suppressed",
  },
  {
    name: "goes another way when only one address is suppressed",
    given: { customer: { reachability: { ...reachable("in_app"), email: { addressHash: null, sendable: true, suppressed: true } } } },
    verdict: "SEND",
    plan: ["in_app"],
  },
  {
    name: "decides in shadow mode as if it were live; the shell withholds",
    given: { control: { shadow: true } },
    verdict: "SEND",
    wouldBe: "SEND",
  },
  {
    name: "counts ghosts as contacts in shadow mode, for everybody",
    given: { control: { shadow: true }, recent: [sent(1, { kind: "ghost" })] },
    verdict: "HOLD",
    guard: "cooldown",
  },
];

export const journeyCases: DecideCase[] = [
  {
    name: "says nothing for a journey that is no longer live",
    given: { candidate: { journeyLive: false } },
    verdict: "SUPPRESS",
    code: "journey_not_live",
  },
  {
    name: "says nothing outside a journey's dates",
    given: { candidate: { journeyValid: false } },
    verdict: "SUPPRESS",
    code: "journey_outside_dates",
  },
  {
    name: "says nothing to somebody who has left the step",
    given: { candidate: { enrollmentActive: false } },
    verdict: "SUPPRESS",
    code: "enrollment_ended",
  },
  {
    name: "holds for a journey suspended after faults",
    given: { candidate: { journeySuspended: true } },
    verdict: "HOLD",
    guard: "journey",
    code: "journey_suspended",
    until: noon + 5 * minute,
  },
  {
    name: "lets a stale offer go by",
    given: { candidate: { validUntil: noon - 1 } },
    verdict: "SUPPRESS",
    guard: "journey",
    code: "stale",
  },
  { name: "still sends at the last instant of an offer", given: { candidate: { validUntil: noon } }, verdict: "SEND" },
];

export const holdoutCases: DecideCase[] = [
  {
    name: "leaves the held-out arm alone and records what would have been sent",
    given: { candidate: heldOut },
    verdict: "SUPPRESS",
    guard: "holdout",
    code: "holdout_journey",
    wouldBe: "SEND",
    plan: ["in_app", "email"],
  },
  {
    name: "leaves the global holdout alone",
    given: { customer: { inGlobalHoldout: true } },
    verdict: "SUPPRESS",
    guard: "holdout",
    code: "holdout_global",
    wouldBe: "SEND",
  },
  {
    name: "would have held for the held-out arm just as for the treated one",
    given: { candidate: { ...heldOut, ...onlySms }, ...sms, now: berlin(22) },
    verdict: "SUPPRESS",
    guard: "holdout",
    wouldBe: "HOLD",
    plan: [],
  },
  {
    name: "sends a service message through the holdout where the policy says so",
    given: { candidate: { ...heldOut, offer: { class: "service", purpose: "service" } } },
    verdict: "SEND",
  },
  {
    name: "does not let a policy carry help through the holdout",
    given: { candidate: heldOut, policies: { ...policies, skips: { help: ["holdout"] } } },
    verdict: "SUPPRESS",
    guard: "holdout",
    wouldBe: "SEND",
  },
  {
    name: "counts a held-out customer's own ghosts against the same help",
    given: { candidate: heldOut, recent: [sent(30, ghost)] },
    verdict: "SUPPRESS",
    guard: "holdout",
    wouldBe: "SUPPRESS",
  },
  {
    name: "does not count a ghost of another journey, which the treated arm did not get either",
    given: { candidate: heldOut, recent: [sent(1, { ...ghost, journeyKey: "refill" })] },
    verdict: "SUPPRESS",
    guard: "holdout",
    wouldBe: "SEND",
  },
  {
    name: "never counts a ghost for a treated customer",
    given: { recent: [sent(1, ghost), sent(0.5, ghost), sent(0.2, ghost)] },
    verdict: "SEND",
  },
  {
    name: "counts every ghost in the global holdout, where nothing is sent at all",
    given: { customer: { inGlobalHoldout: true }, recent: [sent(1, { ...ghost, journeyKey: "refill" })] },
    verdict: "SUPPRESS",
    guard: "holdout",
    wouldBe: "SUPPRESS",
  },
];
