import type { Channel } from "../definitions/common-fields.ts";
import { decide } from "./decide.ts";
import type { CandidateInput, DecideInput, Decision, RecentContact, Rival } from "./decision.ts";
import { currentEngineVersion } from "./engine-versions.ts";
import { type CandidateMark, type CustomerMark, contactKinds, contactMarks, type FrozenInput, frozenInputSchema } from "./frozen-schema.ts";
import { effectiveSkips } from "./guard-table.ts";
import { coversArea } from "./guards/incident.ts";
import { contactsThatCount, ghostScope, isHeld, offeredChannels } from "./subject.ts";

const dayMs = 86_400_000;

/**
 * What is stored beside a decision so that it replays alone. Pass the decision when it is at hand: with several candidates the
 * winner must be known. Throws if the input has no such candidate.
 */
export function freezeInput(input: DecideInput, candidateId: string, decision?: Decision): FrozenInput {
  const candidate = candidateOf(input, candidateId);
  const skips = effectiveSkips(candidate.offer.class, input.policies.skips);
  const contacts = contactsThatCount(input, ghostScope(input, candidate, isHeld(input, candidate, skips)));
  const offered = offeredChannels(candidate);
  const concerns = (channel: Channel | "*"): boolean => channel === "*" || offered.includes(channel);
  const { purpose, topic, area } = candidate.offer;
  const { customer, control, preferences, cases } = input;
  const { versions } = input.policies;
  return {
    engine: currentEngineVersion,
    now: input.now,
    // Picked field by field: whatever else a caller's object carries does not get into the record.
    customer: {
      id: customer.id,
      timezone: customer.timezone,
      timezoneSource: customer.timezoneSource,
      marks: customerMarksOf(customer),
      sendable: offered.filter((channel) => customer.reachability[channel]?.sendable === true),
      suppressed: offered.filter((channel) => customer.reachability[channel]?.suppressed === true),
    },
    control: { paused: control.paused, shadow: control.shadow, epoch: control.epoch },
    consent: consentOf(input, purpose, offered),
    preferences: {
      topicOff: preferences.topicsOff.includes(topic),
      channelsOff: preferences.channelsOff.filter(concerns),
      preferredChannel: preferences.preferredChannel,
      quietHours: preferences.quietHours === null ? null : { from: preferences.quietHours.from, to: preferences.quietHours.to },
      snoozedUntil: preferences.snoozedUntil,
      helpOff: preferences.helpOff,
    },
    reactions: input.reactions
      .filter((one) => (one.kind === "turned_off" ? one.topic === topic : one.intent === candidate.intent))
      .filter((one) => one.until === null || one.until > input.now)
      .map((one) => [one.kind, one.at, one.until]),
    incidents: input.incidents
      .filter((one) => coversArea(one, area))
      .map((one) => [one.id, one.channels === null ? null : one.channels.filter(concerns)]),
    cases: { openCount: cases.openCount, lastResolvedAt: cases.lastResolvedAt },
    recent: contactsThatMatter(input, candidate, contacts).map((contact) => freezeContact(contact, candidate, input.now)),
    policies: {
      versions: [versions.consent, versions.channels, versions.moderation, versions.holdout, versions.classes],
      consent: input.policies.consent
        .filter((rule) => rule.purpose === purpose && concerns(rule.channel))
        .map((rule) => [rule.channel, rule.basis, rule.unknown]),
      channelOrder: input.policies.channelOrder.filter(concerns),
      quietHours: input.policies.quietHours
        .filter((rule) => rule.channels.some(concerns))
        .map((rule) => [rule.channels.filter(concerns), rule.window.from, rule.window.to]),
      caps: input.policies.caps.filter((cap) => concerns(cap.channel)).map((cap) => [cap.channel, cap.max, cap.per]),
      cooldownMs: input.policies.cooldownMs,
      caseGraceMs: input.policies.caseGraceMs,
      skips: [...skips],
    },
    candidate: freezeCandidate(candidate),
    rival: rivalIn(input, candidateId, decision),
  };
}

/** Decides a stored input again, with the engine version it was decided with. Guarantee: the decision of that time, to the last fact. */
export function replayDecision(stored: unknown): Decision {
  const frozen = frozenInputSchema.parse(stored);
  const [decision] = decide(thaw(frozen), frozen.engine);
  if (decision === undefined) throw new Error("the engine gave no decision");
  return decision;
}

/** The input a frozen one stands for; as little as the engine needs for this one candidate. */
export function thaw(frozen: FrozenInput): DecideInput {
  const { sendable, suppressed, marks, ...customer } = frozen.customer;
  const { topicOff, ...preferences } = frozen.preferences;
  const { offer, intent } = frozen.candidate;
  const [consent, channels, moderation, holdout, classes] = frozen.policies.versions;
  const reachability: DecideInput["customer"]["reachability"] = {};
  for (const channel of new Set([...sendable, ...suppressed])) {
    reachability[channel] = { addressHash: null, sendable: sendable.includes(channel), suppressed: suppressed.includes(channel) };
  }
  return {
    now: frozen.now,
    customer: {
      ...customer,
      erased: marks.includes("erased"),
      inGlobalHoldout: marks.includes("global_holdout"),
      inFlow: marks.includes("in_flow"),
      reachability,
    },
    control: frozen.control,
    consent: Object.fromEntries(Object.entries(frozen.consent).map(([channel, state]) => [`${offer.purpose}:${channel}`, state])),
    preferences: { ...preferences, topicsOff: topicOff ? [offer.topic] : [] },
    reactions: frozen.reactions.map(([kind, at, until]) => ({ kind, at, until, intent, topic: offer.topic })),
    incidents: frozen.incidents.map(([id, channels]) => ({ id, areas: null, channels })),
    cases: frozen.cases,
    recent: frozen.recent.map((contact) => thawContact(contact, frozen)),
    policies: {
      ...frozen.policies,
      versions: { consent, channels, moderation, holdout, classes },
      consent: frozen.policies.consent.map(([channel, basis, unknown]) => ({ purpose: offer.purpose, channel, basis, unknown })),
      quietHours: frozen.policies.quietHours.map(([channels, from, to]) => ({ channels, window: { from, to } })),
      caps: frozen.policies.caps.map(([channel, max, per]) => ({ channel, max, per })),
      skips: { [offer.class]: frozen.policies.skips },
    },
    candidates: [thawCandidate(frozen.candidate)],
    rivals: frozen.rival === null ? [] : [frozen.rival],
  };
}

function candidateOf(input: DecideInput, id: string): CandidateInput {
  const candidate = input.candidates.find((one) => one.id === id);
  if (candidate === undefined) throw new RangeError("the input has no such candidate");
  return candidate;
}

function consentOf(input: DecideInput, purpose: string, offered: readonly Channel[]): FrozenInput["consent"] {
  const states: FrozenInput["consent"] = {};
  for (const channel of [...offered, "*" as const]) {
    const state = input.consent[`${purpose}:${channel}`];
    if (state !== undefined) states[channel] = state;
  }
  return states;
}

/** The contacts some guard can look at: the last of all (cooldown), what a cap counts, and the same help within its window. */
function contactsThatMatter(input: DecideInput, candidate: CandidateInput, contacts: readonly RecentContact[]): readonly RecentContact[] {
  const { caps } = input.policies;
  // A local week and day may be an hour longer than seven days and one; a day more is safe in every zone.
  const reachMs = caps.length === 0 ? 0 : caps.some((cap) => cap.per === "week") ? 8 * dayMs : 2 * dayMs;
  const lastAt = contacts.reduce((last, contact) => Math.max(last, contact.at), Number.NEGATIVE_INFINITY);
  return contacts.filter((contact) => {
    if (contact.at === lastAt) return true;
    if (contact.kind === "inbound") return false;
    if (contact.at >= input.now - reachMs) return true;
    return contact.intent === candidate.intent && contact.at > input.now - candidate.offer.duplicateWindowMs;
  });
}

function freezeContact(contact: RecentContact, { intent, offer }: CandidateInput, now: number): FrozenInput["recent"][number] {
  const marks =
    (contact.intent === intent ? contactMarks.sameIntent : 0) +
    (contact.enrollmentId === offer.enrollmentId ? contactMarks.sameEnrollment : 0) +
    (contact.journeyKey === offer.journeyKey ? contactMarks.sameJourney : 0);
  return [contactKinds[contact.kind], now - contact.at, contact.channel, marks];
}

const kindOf = { m: "message", g: "ghost", i: "inbound" } as const;

function thawContact([kind, agoMs, channel, marks]: FrozenInput["recent"][number], { candidate, now }: FrozenInput): RecentContact {
  return {
    kind: kindOf[kind],
    at: now - agoMs,
    channel,
    class: null,
    intent: (marks & contactMarks.sameIntent) !== 0 ? candidate.intent : null,
    journeyKey: (marks & contactMarks.sameJourney) !== 0 ? candidate.offer.journeyKey : null,
    enrollmentId: (marks & contactMarks.sameEnrollment) !== 0 ? candidate.offer.enrollmentId : null,
  };
}

function freezeCandidate(candidate: CandidateInput): FrozenInput["candidate"] {
  const { offer } = candidate;
  const { evidence } = offer;
  return {
    id: candidate.id,
    offer: {
      enrollmentId: offer.enrollmentId,
      journeyKey: offer.journeyKey,
      journeyVersion: offer.journeyVersion,
      rung: offer.rung,
      channels: offer.channels === "auto" ? "auto" : [...offer.channels],
      class: offer.class,
      purpose: offer.purpose,
      topic: offer.topic,
      area: offer.area,
      priority: offer.priority,
      expectedBenefit: offer.expectedBenefit,
      whenOutranked: offer.whenOutranked,
      sensitive: offer.sensitive,
      duplicateWindowMs: offer.duplicateWindowMs,
      evidence: evidence === null ? null : freezeEvidence(evidence),
    },
    intent: candidate.intent,
    createdAt: candidate.createdAt,
    validUntil: candidate.validUntil,
    marks: marksOf(candidate),
    goalReachedAt: candidate.goalReachedAt,
    variantChannels: [...candidate.variantChannels],
    failedChannels: [...candidate.failedChannels],
  };
}

function customerMarksOf(customer: DecideInput["customer"]): CustomerMark[] {
  const marks: CustomerMark[] = [];
  if (customer.erased) marks.push("erased");
  if (customer.inGlobalHoldout) marks.push("global_holdout");
  if (customer.inFlow) marks.push("in_flow");
  return marks;
}

function marksOf(candidate: CandidateInput): CandidateMark[] {
  const marks: CandidateMark[] = [];
  if (!candidate.enrollmentActive) marks.push("ended");
  if (!candidate.journeyLive) marks.push("not_live");
  if (candidate.journeySuspended) marks.push("suspended");
  if (!candidate.journeyValid) marks.push("outside_dates");
  if (candidate.reviewed) marks.push("reviewed");
  if (candidate.arm === "holdout") marks.push("held_out");
  return marks;
}

/** What no guard reads (the node, the response, the attempt) is not kept here: the candidate and the decision's row have it. */
function thawCandidate({ offer, marks, ...candidate }: FrozenInput["candidate"]): CandidateInput {
  const evidence = offer.evidence === null ? null : { ...offer.evidence, contributions: [] };
  return {
    ...candidate,
    offer: { ...offer, kind: "help", nodeId: "", responseKey: "", evidence },
    attempt: 0,
    arm: marks.includes("held_out") ? "holdout" : "treated",
    enrollmentActive: !marks.includes("ended"),
    journeyLive: !marks.includes("not_live"),
    journeySuspended: marks.includes("suspended"),
    journeyValid: !marks.includes("outside_dates"),
    reviewed: marks.includes("reviewed"),
  };
}

function freezeEvidence(evidence: NonNullable<CandidateInput["offer"]["evidence"]>): FrozenInput["candidate"]["offer"]["evidence"] {
  const { situation, situationVersion, score, confidence, confidenceFloor, belowFloor, band } = evidence;
  return { situation, situationVersion, score, confidence, confidenceFloor, belowFloor, band };
}

function rivalIn(input: DecideInput, candidateId: string, known: Decision | undefined): Rival | null {
  if (input.candidates.length === 1 && input.rivals === undefined) return null;
  const decision = known ?? decide(input).find((one) => one.candidateId === candidateId);
  const winnerId = decision?.winnerId ?? null;
  if (winnerId === null) return null;
  const winner = input.candidates.find((one) => one.id === winnerId);
  if (winner === undefined) return input.rivals?.find((one) => one.id === winnerId) ?? null;
  const { priority, expectedBenefit } = winner.offer;
  const skipsConflict = effectiveSkips(winner.offer.class, input.policies.skips).includes("conflict");
  return { id: winner.id, skipsConflict, priority, expectedBenefit, createdAt: winner.createdAt };
}
