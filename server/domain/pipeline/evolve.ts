import type { DomainEvent } from "../events.ts";
import type { Enrollment } from "../journeys/enrollment.ts";
import { enrollmentOfWait, JOURNEY_WAIT } from "../journeys/wait-ref.ts";
import { applyProfile } from "../profile/apply-profile.ts";
import { applySignalTimer } from "../signals/apply-timer.ts";
import { ownValue } from "../signals/state.ts";
import { evaluateSituations } from "../situations/evaluate-situations.ts";
import { followEvents } from "../situations/follow-events.ts";
import type { SituationTransition } from "../situations/transition.ts";
import { type Draft, mergeChanges, putTimers, startDraft, viewOf } from "./draft.ts";
import { type CaseFact, caseOf, type OrderFact, orderOf } from "./facts.ts";
import { enter, tell, tellAll } from "./passage.ts";
import type { EvolveInput, EvolveResult, OutcomeFact } from "./step.ts";

/** What happened longer ago than this may correct status and starts nothing, whoever found out late (DESIGN §15 Old events). */
export const triggerMaxAgeMs = 3_600_000;

const signalTimers: ReadonlySet<string> = new Set(["signal_exit", "signal_change"]);

/**
 * The whole pure step of one customer: profile, then signals, then situations, then what that means for the customer's enrollments, and
 * what it starts. Workers, simulator and backtests run this same function. Guarantees:
 * - events apply in (occurredAt, messageKey) order, however they come; state and status do not depend on how they were batched;
 * - historical events and retroactive or long past transitions never start, advance or exit a journey;
 * - a definition that fails is named in `faults` and skipped; everything else goes on;
 * - equal input, equal result; nothing in the input is changed.
 *
 * When the result has `needs`, load what is asked for and call again; the rest of that result is void.
 */
export function evolve(input: EvolveInput): EvolveResult {
  const draft = startDraft(input);
  learn(draft);
  followClues(draft);
  if (!draft.needs.hits) {
    for (const moment of moments(draft)) moment.happen();
    for (const trigger of input.triggers) enter(draft, trigger, true);
  }
  return finish(draft);
}

function learn(draft: Draft): void {
  const { input } = draft;
  if (input.events.length === 0) return;
  const { profile, changed } = applyProfile(draft.profile, input.events);
  if (profile === draft.profile) return;
  draft.profile = profile;
  draft.profileChange = mergeChanges(draft.profileChange, changed);
  draft.customer = viewOf(input, profile);
}

/** Signals and situations over the events, each at its own time, then over the time that has passed until now. */
function followClues(draft: Draft): void {
  const { catalog, now, events, hits } = draft.input;
  if (events.length > 0) {
    const followed = followEvents({
      catalog,
      customer: draft.customer,
      state: draft.state,
      snapshot: draft.snapshot,
      events,
      storedHits: hits,
      now,
    });
    if (followed.needsHits) {
      draft.needs.hits = true;
      return;
    }
    draft.state = followed.state;
    draft.snapshot = followed.snapshot;
    draft.hits.push(...followed.hits);
    draft.transitions.push(...followed.transitions);
    draft.faults.push(...followed.faults);
    putTimers(draft, followed.timers);
  }
  for (const timer of draft.input.timers) {
    if (!signalTimers.has(timer.kind)) continue;
    const applied = applySignalTimer({ catalog, state: draft.state, timer, now });
    draft.state = applied.state;
    draft.faults.push(...applied.faults);
    putTimers(draft, applied.timers);
  }
  const passed = evaluateSituations({ catalog, customer: draft.customer, state: draft.state, now });
  draft.state = passed.state;
  draft.transitions.push(...passed.transitions);
  draft.faults.push(...passed.faults);
  putTimers(draft, passed.timers);
}

/** Something that enrollments hear of, at its place in time. */
type Moment = { at: number; key: string; rank: number; happen: () => void };

function moments(draft: Draft): Moment[] {
  const { settlements, reactions, events, timers } = draft.input;
  const list: Moment[] = [];
  for (const settlement of settlements) {
    list.push({
      at: settlement.at,
      key: "",
      rank: 0,
      happen: () => {
        noteEligible(draft, settlement.enrollmentId, settlement.eligibleAt);
        tell(draft, settlement.enrollmentId, { kind: "offerSettled", stepKey: settlement.stepKey, result: settlement.result });
      },
    });
  }
  for (const { enrollmentId, stepKey, reaction, at, until } of reactions) {
    const answer = { kind: "reaction" as const, reaction, stepKey, ...(until !== undefined && { until }) };
    list.push({ at, key: "", rank: 1, happen: () => tell(draft, enrollmentId, answer) });
  }
  for (const event of events) {
    if (event.historical) continue;
    list.push({ at: event.occurredAt, key: event.messageKey, rank: 2, happen: () => hear(draft, event) });
  }
  const historical = new Set(events.filter((event) => event.historical).map((event) => event.messageKey));
  for (const transition of draft.transitions) {
    if (transition.causedBy !== null && historical.has(transition.causedBy)) continue;
    list.push({ at: transition.at, key: transition.causedBy ?? "", rank: 3, happen: () => turn(draft, transition) });
  }
  for (const timer of timers) {
    if (timer.kind !== JOURNEY_WAIT) continue;
    const { ref } = timer;
    list.push({ at: timer.dueAt, key: ref, rank: 4, happen: () => tell(draft, enrollmentOfWait(ref), { kind: "timer", ref }) });
  }
  return list.length < 2 ? list : list.sort(compareMoments);
}

function compareMoments(a: Moment, b: Moment): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.rank - b.rank;
}

function noteEligible(draft: Draft, enrollmentId: string, eligibleAt: number | undefined): void {
  const enrollment = draft.enrollments.get(enrollmentId);
  if (enrollment === undefined || eligibleAt === undefined || enrollment.eligibleAt !== null) return;
  draft.enrollments.set(enrollmentId, { ...enrollment, eligibleAt, fence: enrollment.fence + 1 });
  draft.touched.add(enrollmentId);
}

function hear(draft: Draft, event: DomainEvent): void {
  tellAll(draft, { kind: "event", event });
  enter(draft, { kind: "event", event });
}

function turn(draft: Draft, transition: SituationTransition): void {
  const { situation, episode, at, retroactive } = transition;
  if (transition.kind === "left") {
    tellAll(draft, { kind: "situationLeft", situation, episode });
    return;
  }
  if (retroactive || at < draft.input.now - triggerMaxAgeMs || !stillStands(draft, transition)) return;
  enter(draft, { kind: "situation", situation, episode, at, retroactive });
}

/** A situation that was entered and left again before anybody could act starts nothing. */
function stillStands(draft: Draft, { kind, situation, episode }: SituationTransition): boolean {
  const held = ownValue(draft.state.situations, situation);
  if (held === undefined) return false;
  return kind === "entered" ? held.active && held.episode === episode : held.asked || (held.active && held.episode === episode);
}

function finish(draft: Draft): EvolveResult {
  const { input } = draft;
  const entered: Enrollment[] = [];
  const changed: Enrollment[] = [];
  for (const [id, enrollment] of draft.enrollments) {
    if (draft.enteredIds.has(id)) entered.push(enrollment);
    else if (draft.touched.has(id)) changed.push(enrollment);
  }
  const since = draft.snapshot?.evaluatedAt ?? Number.NEGATIVE_INFINITY;
  return {
    needs: draft.needs.history || draft.needs.hits ? draft.needs : null,
    customer: draft.customer,
    profile: draft.profile,
    profileChange: draft.profileChange,
    lastSeenAt: input.events.length === 0 ? null : input.events.reduce((latest, event) => Math.max(latest, event.occurredAt), 0),
    state: draft.state,
    snapshot: draft.snapshot,
    stateChanged: draft.state !== input.state,
    snapshotChanged: draft.snapshot !== input.snapshot,
    hits: draft.hits.filter((hit) => hit.occurredAt > since),
    transitions: draft.transitions,
    entered,
    changed,
    closedOffers: [...draft.closedOffers].filter((id) => !draft.enteredIds.has(id)),
    offers: [...draft.offers.values()],
    timers: [...draft.timers.values()],
    tasks: draft.tasks,
    outcomes: goalsReached(draft),
    orders: factsOf<OrderFact>(input.events, orderOf),
    cases: factsOf<CaseFact>(input.events, caseOf),
    refusals: draft.refusals,
    faults: draft.faults,
  };
}

function factsOf<Fact>(events: readonly DomainEvent[], read: (event: DomainEvent) => Fact | null): Fact[] {
  const facts: Fact[] = [];
  for (const event of events) {
    const fact = read(event);
    if (fact !== null) facts.push(fact);
  }
  return facts;
}

function goalsReached(draft: Draft): OutcomeFact[] {
  const before = new Map(draft.input.enrollments.map((enrollment) => [enrollment.id, enrollment.goalAt]));
  const outcomes: OutcomeFact[] = [];
  for (const id of draft.touched) {
    const enrollment = draft.enrollments.get(id);
    if (enrollment === undefined || enrollment.goalAt === null || (before.get(id) ?? null) !== null) continue;
    outcomes.push({
      key: `goal:${id}`,
      kind: "goal",
      at: enrollment.goalAt,
      enrollmentId: id,
      journeyKey: enrollment.journeyKey,
      arm: enrollment.arm,
      detail: {},
    });
  }
  return outcomes;
}
