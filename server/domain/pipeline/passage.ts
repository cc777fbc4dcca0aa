import type { Versioned } from "../definitions/catalog.ts";
import type { JourneyDefinition } from "../definitions/journey.ts";
import { advance } from "../journeys/advance.ts";
import type { Enrollment, EnrollmentSummary, Evidence } from "../journeys/enrollment.ts";
import { type Entry, type EntryTrigger, matchEntry, tryEnter } from "../journeys/enter.ts";
import type { JourneyCommand, Stimulus } from "../journeys/stimulus.ts";
import { customerFacts } from "../rules/customer-facts.ts";
import { faultOf } from "../signals/hit.ts";
import { ownValue, type SituationState } from "../signals/state.ts";
import { evidenceFor } from "../situations/evaluate-situations.ts";
import type { Draft } from "./draft.ts";
import { putTimer } from "./draft.ts";
import { journeyOf, journeysFor } from "./journey-index.ts";

/** Tells every enrollment of the customer of something; those that ended still learn of their goal. */
export function tellAll(draft: Draft, stimulus: Stimulus): void {
  for (const id of [...draft.enrollments.keys()]) tell(draft, id, stimulus);
}

/** Tells one enrollment; unknown ones have nothing to be told. A journey that fails is named and changes nothing. */
export function tell(draft: Draft, enrollmentId: string, stimulus: Stimulus): void {
  const enrollment = draft.enrollments.get(enrollmentId);
  if (enrollment === undefined) return;
  const journey = journeyOf(draft.input.catalog, enrollment.journeyKey, enrollment.journeyVersion);
  if (journey === undefined) return;
  try {
    const result = advance(advanceInput(draft, journey, enrollment, stimulus));
    if (result.enrollment === enrollment) return;
    draft.enrollments.set(enrollmentId, result.enrollment);
    draft.touched.add(enrollmentId);
    for (const command of result.commands) obey(draft, result.enrollment, command);
  } catch (error) {
    draft.faults.push(faultOf("journey", enrollment.journeyKey, enrollment.journeyVersion, error));
  }
}

/** Facts and evidence are read through the input only when a rule or an offer asks for them: most stimuli need neither. */
function advanceInput(draft: Draft, journey: Versioned<JourneyDefinition>, enrollment: Enrollment, stimulus: Stimulus) {
  const { customer, state } = draft;
  const { catalog, now } = draft.input;
  const situation = enrollment.context.situation;
  let evidence: Evidence | null | undefined;
  return {
    journey,
    enrollment,
    customer,
    stimulus,
    now,
    facts: customerFacts({ customer, state, catalog, now, entry: enrollment.context.entry }),
    get evidence(): Evidence | null {
      if (evidence === undefined) {
        const persists = situation !== undefined && isUnderWay(ownValue(state.situations, situation.key), situation.episode);
        evidence = persists ? evidenceFor({ catalog, state, customer, situationKey: situation.key, now }) : null;
      }
      return evidence;
    },
  };
}

/** Is this episode going on, or, where the score did not suffice to act, is it the one that was asked about? */
function isUnderWay(held: SituationState | undefined, episode: number): boolean {
  if (held === undefined) return false;
  return held.active ? held.episode === episode : held.asked && held.episode + 1 === episode;
}

function obey(draft: Draft, enrollment: Enrollment, command: JourneyCommand): void {
  switch (command.kind) {
    case "offer":
      draft.offers.set(command.offer.stepKey, command.offer);
      return;
    case "timer":
      putTimer(draft, command.change);
      return;
    case "task":
      draft.tasks.push(command.task);
      return;
    case "closeOffers":
      draft.closedOffers.add(enrollment.id);
      for (const [stepKey, offer] of draft.offers) if (offer.enrollmentId === enrollment.id) draft.offers.delete(stepKey);
      return;
    case "ended":
      return;
  }
}

/** Starts what this trigger starts, each journey at most once by its entry key. */
export function enter(draft: Draft, trigger: EntryTrigger, report = false): void {
  for (const journey of journeysFor(draft.input.catalog, trigger)) {
    const { key } = journey.definition;
    try {
      const { catalog, now } = draft.input;
      const facts = customerFacts({ customer: draft.customer, state: draft.state, catalog, now });
      const entry = matchEntry(journey.definition, trigger, facts);
      if (entry === null) {
        if (report) draft.refusals.push({ journeyKey: key, code: "not_this_entry" });
        continue;
      }
      start(draft, journey, entry, report);
    } catch (error) {
      draft.faults.push(faultOf("journey", key, journey.version, error));
    }
  }
}

function start(draft: Draft, journey: Versioned<JourneyDefinition>, entry: Entry, report: boolean): void {
  const { catalog, now, newId, history, events } = draft.input;
  const { customer, state } = draft;
  const result = tryEnter({
    journey,
    customer,
    entry,
    existing: existingIn(draft, journey.definition.key),
    holdout: catalog.policies.holdout.definition,
    laterEvents: history?.laterEvents ?? events,
    facts: customerFacts({ customer, state, catalog, now, entry: entry.facts }),
    now,
    newId,
  });
  if ("refused" in result) {
    if (report) draft.refusals.push({ journeyKey: journey.definition.key, code: result.refused });
    return;
  }
  if (history === null) {
    draft.needs.history = true;
    return;
  }
  const { enrollment } = result;
  draft.enrollments.set(enrollment.id, enrollment);
  draft.enteredIds.add(enrollment.id);
  tell(draft, enrollment.id, { kind: "entered" });
}

/** What was loaded, brought up to date with what this step has changed. */
function existingIn(draft: Draft, journeyKey: string): EnrollmentSummary[] {
  const existing: EnrollmentSummary[] = [];
  for (const enrollment of draft.enrollments.values()) if (enrollment.journeyKey === journeyKey) existing.push(enrollment);
  const held = new Set(existing.map((enrollment) => enrollment.entryKey));
  for (const past of draft.input.history?.enrollments ?? []) {
    if (past.journeyKey === journeyKey && !held.has(past.entryKey)) existing.push(past);
  }
  return existing;
}
