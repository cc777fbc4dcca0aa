import type { ConsentEntry } from "../consent/consent-entry.ts";
import { effectiveConsent } from "../consent/effective-consent.ts";
import type { CustomerView, Reachability } from "../customer.ts";
import { decide } from "../decisions/decide.ts";
import type { CandidateInput, DecideInput, Decision, RecentContact } from "../decisions/decision.ts";
import { guardNames } from "../decisions/decision.ts";
import type { Catalog } from "../definitions/catalog.ts";
import { type Channel, channelSchema } from "../definitions/common-fields.ts";
import { inGlobalHoldout } from "../journeys/assignment.ts";
import type { Evidence } from "../journeys/enrollment.ts";
import { viewOf } from "../pipeline/draft.ts";
import type { Settlement } from "../pipeline/step.ts";
import { evidenceFor } from "../situations/evaluate-situations.ts";
import { changeTimer, type SimulatedCandidate, type SimulatedCustomer } from "./simulated-customer.ts";

/** What the gate knows besides the customer. */
export type GateWorld = {
  catalog: Catalog;
  now: number;
  /** Channels that have a provider. */
  channels: readonly Channel[];
  consent: readonly ConsentEntry[];
  shadow: boolean;
};

/** A decision of the simulation, named without ids: by its enrollment's entry and its place in the journey. */
export type SimulatedDecision = {
  customer: string;
  journeyKey: string;
  entryKey: string;
  nodeId: string;
  rung: number | null;
  decidedAt: number;
  decision: Decision;
};

/** An event of the last five minutes means that the person is here right now. */
const inFlowMs = 5 * 60_000;
const contactsBackMs = 8 * 86_400_000;
const mailChannels: readonly Channel[] = ["email"];
const phoneChannels: readonly Channel[] = ["sms", "whatsapp", "call"];
const inboxChannels: readonly Channel[] = ["in_page", "in_app"];

/**
 * Decides everything of one customer that is due, and does in memory what the gate and a provider that takes every message would do. What
 * the journey must be told comes back as settlements.
 */
export function simulateGate(customer: SimulatedCustomer, world: GateWorld): { decisions: SimulatedDecision[]; settlements: Settlement[] } {
  const { now } = world;
  const due = customer.candidates.filter((one) => one.status === "open" && one.dueAt <= now);
  if (due.length === 0) return { decisions: [], settlements: [] };
  const input = decideInputOf(customer, world, due);
  const decided = decide(input);
  const decisions: SimulatedDecision[] = [];
  const settlements: Settlement[] = [];
  for (const [index, candidate] of due.entries()) {
    const decision = decided[index];
    if (decision === undefined) continue;
    if (isNews(candidate, decision)) decisions.push(nameDecision(customer, candidate, decision, now));
    const settlement = carryOut(customer, candidate, decision, world);
    if (settlement !== null) settlements.push(settlement);
  }
  return { decisions, settlements };
}

/** A held candidate that is decided like the last time is no news. */
function isNews(candidate: SimulatedCandidate, { verdict, guard }: Decision): boolean {
  const waits = verdict === "HOLD" || verdict === "REVIEW" || verdict === "ASK";
  return !waits || candidate.lastVerdict !== verdict || candidate.lastGuard !== guard;
}

function nameDecision(customer: SimulatedCustomer, { offer }: SimulatedCandidate, decision: Decision, now: number): SimulatedDecision {
  return {
    customer: customer.person.userId ?? customer.person.bucketKey,
    journeyKey: offer.journeyKey,
    entryKey: customer.enrollments.find((one) => one.id === offer.enrollmentId)?.entryKey ?? "",
    nodeId: offer.nodeId,
    rung: offer.rung,
    decidedAt: now,
    decision,
  };
}

function carryOut(customer: SimulatedCustomer, candidate: SimulatedCandidate, decision: Decision, world: GateWorld): Settlement | null {
  const { now } = world;
  candidate.attempt += 1;
  candidate.lastVerdict = decision.verdict;
  candidate.lastGuard = decision.guard;
  const { enrollmentId, stepKey } = candidate.offer;
  const settled = { customerId: customer.person.id, enrollmentId, stepKey, at: now };
  if (decision.verdict === "HOLD" || decision.verdict === "REVIEW" || decision.verdict === "ASK") {
    candidate.status = "held";
    const dueAt = decision.verdict === "HOLD" ? (decision.holdUntil ?? candidate.validUntil) : candidate.validUntil;
    changeTimer(customer, { op: "set", kind: "candidate", ref: candidate.id, dueAt });
    return null;
  }
  candidate.status = "closed";
  const isGhost = decision.verdict === "SUPPRESS" && decision.guard === "holdout" && decision.wouldBe === "SEND";
  if (decision.channel !== null && (decision.verdict === "SEND" || isGhost)) {
    const withheld = isGhost || world.shadow;
    customer.contacts.push(contactOf(candidate, world.catalog, { at: now, channel: decision.channel, withheld }));
    return withheld ? { ...settled, result: "withheld", eligibleAt: now } : { ...settled, result: "sent" };
  }
  return { ...settled, result: decision.code === "all_channels_failed" ? "failed" : "suppressed" };
}

function contactOf(
  { offer }: SimulatedCandidate,
  catalog: Catalog,
  { at, channel, withheld }: { at: number; channel: Channel; withheld: boolean },
): RecentContact {
  return {
    kind: withheld ? "ghost" : "message",
    at,
    channel,
    class: offer.class,
    intent: catalog.responses.get(offer.responseKey)?.definition.intent ?? offer.responseKey,
    journeyKey: offer.journeyKey,
    enrollmentId: offer.enrollmentId,
  };
}

/** What `decide` looks at, from memory. The parity test holds this and the gate's own loading together. */
function decideInputOf(customer: SimulatedCustomer, world: GateWorld, due: readonly SimulatedCandidate[]): DecideInput {
  const { catalog, now } = world;
  const { consent, channels, moderation, holdout, classes } = catalog.policies;
  const view = viewOf({ person: customer.person, catalog }, customer.profile);
  return {
    now,
    customer: {
      id: customer.person.id,
      erased: false,
      timezone: view.timezone,
      timezoneSource: view.timezoneSource,
      reachability: reachabilityOf(customer, view, world.channels),
      inGlobalHoldout: inGlobalHoldout(holdout.definition, view.bucketKey),
      inFlow: customer.lastSeenAt !== null && now - customer.lastSeenAt < inFlowMs,
    },
    control: { paused: false, shadow: world.shadow, epoch: 1 },
    consent: effectiveConsent(world.consent),
    preferences: { topicsOff: [], channelsOff: [], preferredChannel: null, quietHours: null, snoozedUntil: null, helpOff: false },
    reactions: [],
    incidents: [],
    cases: casesOf(customer),
    recent: [...customer.contacts.filter((contact) => contact.at >= now - reachBack(due)), ...inboundOf(customer, now)],
    policies: {
      versions: {
        consent: consent.version,
        channels: channels.version,
        moderation: moderation.version,
        holdout: holdout.version,
        classes: classes.version,
      },
      consent: consent.definition.rules,
      channelOrder: channels.definition.order,
      quietHours: moderation.definition.quietHours,
      caps: moderation.definition.caps,
      cooldownMs: moderation.definition.cooldownMs,
      caseGraceMs: moderation.definition.caseGraceMs,
      skips: Object.fromEntries(
        classes.definition.skips.map((one) => [one.class, guardNames.filter((guard) => one.guards.includes(guard))]),
      ),
    },
    candidates: due.map((candidate) => candidateInput(customer, view, candidate, world)),
  };
}

function reachBack(due: readonly SimulatedCandidate[]): number {
  return Math.max(contactsBackMs, ...due.map((one) => one.offer.duplicateWindowMs));
}

function candidateInput(
  customer: SimulatedCustomer,
  view: CustomerView,
  candidate: SimulatedCandidate,
  { catalog, now }: GateWorld,
): CandidateInput {
  const { stepKey: _step, createdAt, validForMs: _valid, ...offer } = candidate.offer;
  const enrollment = customer.enrollments.find((one) => one.id === offer.enrollmentId);
  const response = catalog.responses.get(offer.responseKey)?.definition;
  const journey = catalog.journeyVersions.get(`${offer.journeyKey}@${offer.journeyVersion}`)?.definition;
  const { validFrom, validUntil } = journey ?? {};
  return {
    id: candidate.id,
    offer: { ...offer, evidence: evidenceNow(offer.evidence, { catalog, view, customer, now }) },
    intent: response?.intent ?? offer.responseKey,
    createdAt,
    validUntil: candidate.validUntil,
    attempt: candidate.attempt,
    arm: enrollment?.arm ?? "treated",
    enrollmentActive: enrollment?.status === "active" && enrollment.nodeId === offer.nodeId,
    journeyLive: journey !== undefined,
    journeySuspended: catalog.suspended.some((one) => one.kind === "journey" && one.key === offer.journeyKey),
    journeyValid: (validFrom === undefined || Date.parse(validFrom) <= now) && (validUntil === undefined || now < Date.parse(validUntil)),
    goalReachedAt: enrollment?.goalAt ?? null,
    reviewed: false,
    variantChannels: [...new Set((response?.variants ?? []).map((variant) => variant.channel))],
    failedChannels: [],
  };
}

function evidenceNow(
  offered: Evidence | null,
  of: { catalog: Catalog; view: CustomerView; customer: SimulatedCustomer; now: number },
): Evidence | null {
  if (offered === null) return null;
  const { catalog, view, customer, now } = of;
  const fresh = evidenceFor({ catalog, state: customer.state, customer: view, situationKey: offered.situation, now });
  return fresh ?? { ...offered, band: "below", confidence: 0, belowFloor: "silent" };
}

function reachabilityOf({ profile }: SimulatedCustomer, view: CustomerView, channels: readonly Channel[]): Reachability {
  const reachability: Reachability = {};
  for (const channel of channels) {
    if (inboxChannels.includes(channel)) {
      reachability[channel] = { addressHash: null, sendable: channel === "in_page" || view.userId !== null, suppressed: false };
      continue;
    }
    const kind = mailChannels.includes(channel) ? "email" : phoneChannels.includes(channel) ? "phone" : null;
    const address = kind === null ? undefined : profile.addresses[kind];
    if (address !== undefined) reachability[channel] = { addressHash: null, sendable: address.verified, suppressed: false };
  }
  return reachability;
}

function casesOf({ cases }: SimulatedCustomer): DecideInput["cases"] {
  let openCount = 0;
  let lastResolvedAt: number | null = null;
  for (const facts of cases.values()) {
    const last = facts.toSorted((a, b) => a.at - b.at).at(-1);
    if (last?.change !== "resolved") openCount += 1;
    else lastResolvedAt = Math.max(lastResolvedAt ?? 0, last.at);
  }
  return { openCount, lastResolvedAt };
}

function inboundOf({ cases }: SimulatedCustomer, now: number): RecentContact[] {
  return [...cases.values()].flatMap((facts) => {
    const openedAt = facts.reduce((first, fact) => Math.min(first, fact.at), Number.POSITIVE_INFINITY);
    if (openedAt < now - contactsBackMs) return [];
    const told = facts.findLast((fact) => fact.channel !== "other")?.channel;
    const channel = channelSchema.catch("agent").parse(told);
    return [{ kind: "inbound", at: openedAt, channel, class: null, intent: null, journeyKey: null, enrollmentId: null }];
  });
}
