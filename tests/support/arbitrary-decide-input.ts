import fc from "fast-check";
import type { CandidateInput, DecideInput, RecentContact } from "#server/domain/decisions/decision.ts";
import { guardNames } from "#server/domain/decisions/decision.ts";
import { type Channel, messageClasses, purposes } from "#server/domain/definitions/common-fields.ts";
import { candidate, day, decideInput, evidence, hour, minute, noon, policies, reachable } from "./decide-input.ts";

const someChannels: readonly Channel[] = ["in_page", "in_app", "email", "sms"];
const channel = fc.constantFrom(...someChannels);
const channelList = fc.uniqueArray(channel, { maxLength: 4 });
const intents = ["finish_checkout", "delivery_delay"];
const journeyKeys = ["checkout_help", "delivery_help"];
const ago = (maxMs: number) => fc.integer({ min: 0, max: maxMs }).map((ms) => noon - ms);
/** Mostly the first, so that many inputs get far down the guards. */
const mostly = <T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

const contacts: fc.Arbitrary<RecentContact[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("message" as const, "message" as const, "ghost" as const, "inbound" as const),
    at: ago(10 * day),
    channel,
    class: fc.constant("help" as const),
    intent: fc.constantFrom(...intents, null),
    journeyKey: fc.constantFrom(...journeyKeys, null),
    enrollmentId: fc.constantFrom("enrollment-1", "enrollment-2"),
  }),
  { maxLength: 8 },
);

const oneCandidate: fc.Arbitrary<CandidateInput> = fc
  .record({
    offer: fc.record({
      class: fc.constantFrom("help" as const, "help" as const, ...messageClasses),
      purpose: fc.constantFrom("proactive_help" as const, "proactive_help" as const, ...purposes),
      priority: fc.integer({ min: 0, max: 3 }),
      expectedBenefit: fc.integer({ min: 0, max: 2 }),
      whenOutranked: fc.constantFrom("hold" as const, "suppress" as const),
      channels: mostly<"auto" | Channel[]>("auto", channelList),
      area: fc.constantFrom("payments", "shipping", null),
      sensitive: mostly(false, fc.constant(true)),
      rung: fc.constantFrom(null, 0, 1),
      journeyKey: fc.constantFrom(...journeyKeys),
      enrollmentId: fc.constantFrom("enrollment-1", "enrollment-2"),
      duplicateWindowMs: fc.constantFrom(0, 3 * day),
      evidence: fc.constantFrom(null, evidence, evidence, { ...evidence, confidence: 0.2, belowFloor: "review" as const }),
    }),
    intent: fc.constantFrom(...intents),
    createdAt: ago(2 * hour),
    validUntil: fc.integer({ min: -5 * minute, max: 2 * day }).map((ms) => noon + ms),
    arm: fc.constantFrom("treated" as const, "holdout" as const),
    reviewed: fc.boolean(),
    journeySuspended: mostly(false, fc.constant(true)),
    goalReachedAt: mostly<number | null>(null, fc.constant(noon - hour)),
    variantChannels: fc.uniqueArray(channel, { minLength: 1, maxLength: 4 }),
    failedChannels: mostly<Channel[]>([], channelList),
  })
  .map((patch) => candidate(patch));

const reachability: fc.Arbitrary<DecideInput["customer"]["reachability"]> = fc
  .tuple(channelList, channelList)
  .map(([sendable, suppressed]) =>
    Object.fromEntries(
      someChannels
        .filter((one) => sendable.includes(one) || suppressed.includes(one))
        .map((one) => [
          one,
          { addressHash: null, sendable: sendable.includes(one), suppressed: suppressed.includes(one) && one === "sms" },
        ]),
    ),
  );

/** Any moment of any customer, weighted so that every guard decides now and then and sending stays common. */
export const arbitraryDecideInput: fc.Arbitrary<DecideInput> = fc
  .record({
    customer: fc.record({
      timezone: fc.constantFrom("Europe/Berlin", "Pacific/Apia", "America/Sao_Paulo", "Asia/Kathmandu", "not/a_zone"),
      reachability,
      inGlobalHoldout: mostly(false, fc.constant(true)),
      inFlow: fc.boolean(),
    }),
    control: fc.record({ paused: mostly(false, fc.constant(true)), shadow: mostly(false, fc.constant(true)), epoch: fc.constant(7) }),
    consent: fc.dictionary(
      fc.tuple(fc.constantFrom(...purposes), fc.constantFrom("*", ...someChannels)).map(([purpose, one]) => `${purpose}:${one}`),
      fc.constantFrom(
        "granted" as const,
        "granted" as const,
        "granted" as const,
        "denied" as const,
        "withdrawn" as const,
        "pending" as const,
      ),
      { maxKeys: 3 },
    ),
    preferences: fc.record({
      channelsOff: mostly<Channel[]>([], channelList),
      preferredChannel: fc.constantFrom(null, ...someChannels),
      quietHours: mostly<{ from: string; to: string } | null>(null, fc.constant({ from: "13:00", to: "16:00" })),
      snoozedUntil: mostly<number | null>(null, fc.constant(noon + hour)),
    }),
    reactions: fc.array(
      fc.record({
        intent: fc.constantFrom(...intents, "another"),
        topic: fc.constantFrom("checkout", "delivery"),
        kind: fc.constantFrom("accepted" as const, "snoozed" as const, "declined" as const, "turned_off" as const),
        until: fc.constantFrom(null, noon - hour, noon + hour),
        at: ago(5 * day),
      }),
      { maxLength: 1 },
    ),
    incidents: mostly<DecideInput["incidents"]>(
      [],
      fc.constantFrom(
        [{ id: "incident-1", areas: ["payments"], channels: null }],
        [{ id: "incident-2", areas: null, channels: ["email" as const] }],
      ),
    ),
    cases: fc.record({ openCount: mostly(0, fc.constant(1)), lastResolvedAt: mostly<number | null>(null, ago(2 * day)) }),
    recent: fc.oneof(fc.constant<RecentContact[]>([]), contacts),
    cooldownMs: fc.constantFrom(0, hour),
    skips: fc.dictionary(fc.constantFrom(...messageClasses), fc.uniqueArray(fc.constantFrom(...guardNames), { maxLength: 16 }), {
      maxKeys: 2,
    }),
    candidates: fc.uniqueArray(oneCandidate, { minLength: 1, maxLength: 4, selector: (one) => `${one.createdAt}` }),
  })
  .map(({ candidates, cooldownMs, skips, ...patch }) => ({
    ...decideInput({ ...patch, policies: { ...policies, cooldownMs, skips } }),
    candidates: candidates.map((one, index) => ({ ...one, id: `candidate-${index}` })),
  }));

/** The same without what would stop a candidate early: caps, cooldowns, duplicates, conflicts and channels decide. */
export const arbitraryOpenInput: fc.Arbitrary<DecideInput> = arbitraryDecideInput.map((input) => ({
  ...input,
  customer: { ...input.customer, inGlobalHoldout: false, reachability: reachable("in_page", "in_app", "email") },
  control: { paused: false, shadow: false, epoch: 7 },
  consent: {},
  preferences: { ...input.preferences, channelsOff: [], snoozedUntil: null },
  reactions: [],
  incidents: [],
  cases: { openCount: 0, lastResolvedAt: null },
  candidates: input.candidates.map((one) => ({
    ...one,
    offer: { ...one.offer, purpose: "proactive_help", class: "help", sensitive: false, evidence: null, channels: "auto" },
    validUntil: noon + 2 * day,
    journeySuspended: false,
    goalReachedAt: null,
    variantChannels: ["in_app", "email"],
    failedChannels: [],
  })),
}));
