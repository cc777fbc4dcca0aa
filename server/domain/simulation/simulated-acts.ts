import type { ConsentEntry } from "../consent/consent-entry.ts";
import { effectiveConsent } from "../consent/effective-consent.ts";
import { mergedConsent } from "../consent/stricter-consent.ts";
import { intentOf } from "../decisions/gate-input.ts";
import { mergePreferences, type Preferences } from "../decisions/preferences.ts";
import type { Catalog } from "../definitions/catalog.ts";
import type { ReactionKind } from "../journeys/enrollment.ts";
import { type SimulatedCandidate, type SimulatedCustomer, stepCustomer } from "./simulated-customer.ts";

/** An offer named without ids: by its enrollment's entry and the rest of its step key, `node.rung.visit`. */
export type OfferName = { journeyKey: string; entryKey: string; step: string };

/** What a customer, or somebody at work, did about one customer. `customer` is the bucket key, also of one merged away since. */
export type SimulatedAct = { customer: string; now: number } & (
  | { kind: "consent"; entries: readonly ConsentEntry[] }
  | { kind: "preferences"; preferences: Preferences }
  /** `until` is the end of a snooze. */
  | { kind: "reaction"; offer: OfferName; reaction: ReactionKind; at: number; until: number | null }
  | { kind: "review"; offer: OfferName; verdict: "approved" | "rejected" }
);

type Context = { catalog: Catalog; now: number; newId: () => string };

/** Does to a customer in memory what the use cases do to the tables. */
export function applyAct(customer: SimulatedCustomer, act: SimulatedAct, context: Context): void {
  switch (act.kind) {
    case "consent":
      customer.consent.push(...act.entries);
      return;
    case "preferences":
      customer.preferences = act.preferences;
      return;
    case "reaction":
      react(customer, act, context);
      return;
    case "review":
      review(customer, act, context);
  }
}

function react(customer: SimulatedCustomer, act: Extract<SimulatedAct, { kind: "reaction" }>, context: Context): void {
  const candidate = findOffer(customer, act.offer);
  if (candidate === null) return;
  const { offer } = candidate;
  const { reaction, at, until } = act;
  customer.reactions.push({ intent: intentOf(context.catalog, offer), topic: offer.topic, kind: reaction, until, at });
  const told = { customerId: customer.person.id, enrollmentId: offer.enrollmentId, stepKey: offer.stepKey, reaction, at };
  stepCustomer(customer, { reactions: [until === null ? told : { ...told, until }] }, context);
}

function review(customer: SimulatedCustomer, act: Extract<SimulatedAct, { kind: "review" }>, context: Context): void {
  const candidate = findOffer(customer, act.offer);
  if (candidate === null || candidate.status === "closed") return;
  if (act.verdict === "approved") {
    candidate.reviewed = true;
    reopenHeld(candidate, act.now);
    return;
  }
  candidate.status = "closed";
  const { enrollmentId, stepKey } = candidate.offer;
  const rejected = { customerId: customer.person.id, enrollmentId, stepKey, result: "reviewed_rejected" as const, at: act.now };
  stepCustomer(customer, { settlements: [rejected] }, context);
}

/** A held candidate is decided anew now. */
export function reopenHeld(candidate: SimulatedCandidate, now: number): void {
  if (candidate.status !== "held") return;
  candidate.status = "open";
  candidate.dueAt = now;
}

function findOffer(customer: SimulatedCustomer, name: OfferName): SimulatedCandidate | null {
  for (const { id, journeyKey, entryKey } of customer.enrollments) {
    if (journeyKey !== name.journeyKey || entryKey !== name.entryKey) continue;
    const found = customer.candidates.find((one) => one.offer.stepKey === `${id}.${name.step}`);
    if (found !== undefined) return found;
  }
  return null;
}

/** What either of two merged customers said and wants stands for the one that stays. */
export function mergeAnswers(into: SimulatedCustomer, from: SimulatedCustomer, now: number): void {
  const changed = mergedConsent(effectiveConsent(into.consent), effectiveConsent(from.consent));
  for (const [index, one] of changed.entries()) {
    into.consent.push({
      ...one,
      id: `merge-${from.person.id}-${index}`,
      basis: "merge",
      source: "merge",
      actor: "system",
      textVersion: null,
      proof: {},
      occurredAt: now,
      recordedAt: now,
    });
  }
  if (from.preferences !== null) into.preferences = mergePreferences(into.preferences ?? undefined, from.preferences);
  into.reactions.push(...from.reactions);
}
