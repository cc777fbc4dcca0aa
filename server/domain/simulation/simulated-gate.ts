import { decide } from "../decisions/decide.ts";
import type { Decision, RecentContact } from "../decisions/decision.ts";
import { type DueOffer, type GateMoment, gateInput, intentOf, type KnownAddress, type KnownCase } from "../decisions/gate-input.ts";
import { noPreferences } from "../decisions/preferences.ts";
import { candidateAfter, messageFor, repeatsLast, resultAtOnce } from "../decisions/take-effect.ts";
import type { Settlement } from "../pipeline/step.ts";
import type { AddressKind } from "../profile/profile.ts";
import { changeTimer, type SimulatedCandidate, type SimulatedCustomer } from "./simulated-customer.ts";

/** What the gate knows besides the customer. */
export type GateWorld = GateMoment & {
  /** Addresses nothing may be sent to any more, as `suppressionKey` names them. */
  suppressed: ReadonlySet<string>;
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

const addressKinds: readonly AddressKind[] = ["email", "phone"];

/** Names an address among the suppressed ones. */
export function suppressionKey(kind: AddressKind, value: string): string {
  return `${kind}:${value}`;
}

/**
 * Decides everything of one customer that is due, by the gate's own functions, and does in memory what a provider that takes every message
 * would do. What the journey must be told comes back as settlements.
 */
export function simulateGate(customer: SimulatedCustomer, world: GateWorld): { decisions: SimulatedDecision[]; settlements: Settlement[] } {
  const { now } = world;
  const due = customer.candidates.filter((one) => one.status === "open" && one.dueAt <= now);
  if (due.length === 0) return { decisions: [], settlements: [] };
  const { input } = gateInput(world, {
    person: customer.person,
    profile: customer.profile,
    erased: false,
    lastSeenAt: customer.lastSeenAt,
    state: customer.state,
    consent: customer.consent,
    preferences: customer.preferences ?? noPreferences(),
    reactions: customer.reactions,
    addresses: addressesOf(customer, world),
    cases: casesOf(customer),
    contacts: customer.contacts,
    due: due.map((one) => dueOffer(customer, one)),
  });
  const decided = decide(input);
  const decisions: SimulatedDecision[] = [];
  const settlements: Settlement[] = [];
  for (const [index, candidate] of due.entries()) {
    const decision = decided[index];
    if (decision === undefined) continue;
    if (!repeatsLast(candidate, decision)) decisions.push(nameDecision(customer, candidate, decision, now));
    const settlement = carryOut(customer, candidate, decision, world);
    if (settlement !== null) settlements.push(settlement);
  }
  return { decisions, settlements };
}

function dueOffer(customer: SimulatedCustomer, candidate: SimulatedCandidate): DueOffer {
  const { id, offer, validUntil, attempt, reviewed } = candidate;
  const enrollment = customer.enrollments.find((one) => one.id === offer.enrollmentId) ?? null;
  return { id, offer, createdAt: offer.createdAt, validUntil, attempt, enrollment, reviewed, tries: [] };
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
  const { now, catalog } = world;
  const { offer } = candidate;
  Object.assign(candidate, candidateAfter(candidate, decision));
  if (candidate.status === "held") changeTimer(customer, { op: "set", kind: "candidate", ref: candidate.id, dueAt: candidate.dueAt });
  const settled = { customerId: customer.person.id, enrollmentId: offer.enrollmentId, stepKey: offer.stepKey, at: now };
  const message = messageFor(decision, world.control.shadow);
  if (message !== null) {
    const contact: RecentContact = {
      kind: message.withheld === null ? "message" : "ghost",
      at: now,
      channel: message.channel,
      class: offer.class,
      intent: intentOf(catalog, offer),
      journeyKey: offer.journeyKey,
      enrollmentId: offer.enrollmentId,
    };
    customer.contacts.push(contact);
    return { ...settled, result: message.withheld === null ? "sent" : "withheld", eligibleAt: now };
  }
  const result = resultAtOnce(decision, { verdict: decision.verdict, isWithheld: false });
  return result === null ? null : { ...settled, result };
}

function addressesOf({ profile }: SimulatedCustomer, { suppressed }: GateWorld): KnownAddress[] {
  return addressKinds.flatMap((kind) => {
    const address = profile.addresses[kind];
    if (address === undefined) return [];
    const { value, verified } = address;
    return [{ kind, value, hash: null, verified, suppressed: suppressed.has(suppressionKey(kind, value)) }];
  });
}

/** What was told of each case, as one: opened by the first word, solved when the last word says so, on the channel named last. */
function casesOf({ cases }: SimulatedCustomer): KnownCase[] {
  return [...cases.values()].map((facts) => {
    const inOrder = facts.toSorted((a, b) => a.at - b.at);
    const last = inOrder.at(-1);
    const isOpen = last?.change !== "resolved";
    return {
      channel: facts.findLast((fact) => fact.channel !== "other")?.channel ?? "other",
      openedAt: inOrder[0]?.at ?? 0,
      resolvedAt: isOpen ? null : (last?.at ?? null),
      isOpen,
    };
  });
}
