import type { ConsentEntry } from "../consent/consent-entry.ts";
import type { DecideInput, RecentContact } from "../decisions/decision.ts";
import type { Preferences } from "../decisions/preferences.ts";
import type { Catalog } from "../definitions/catalog.ts";
import type { DomainEvent } from "../events.ts";
import type { Enrollment, Offer } from "../journeys/enrollment.ts";
import { evolve } from "../pipeline/evolve.ts";
import type { CaseFact } from "../pipeline/facts.ts";
import { movesLastSeen } from "../pipeline/last-seen.ts";
import type { EvolveInput, Person } from "../pipeline/step.ts";
import { emptyProfile, type Profile } from "../profile/profile.ts";
import type { SignalHit } from "../signals/hit.ts";
import { type CustomerState, emptyCustomerState } from "../signals/state.ts";
import type { SituationTransition } from "../situations/transition.ts";
import type { DueTimer, TimerChange } from "../timer.ts";

/** An offer waiting for its decision, as the candidate table holds it. */
export type SimulatedCandidate = {
  id: string;
  offer: Offer;
  status: "open" | "held" | "closed";
  dueAt: number;
  validUntil: number;
  attempt: number;
  lastVerdict: string | null;
  lastGuard: string | null;
  /** A person has approved it. */
  reviewed: boolean;
};

/** Everything the tables hold of one customer, in memory. Mutable: it belongs to one simulation. */
export type SimulatedCustomer = {
  person: Person;
  profile: Profile;
  state: CustomerState;
  snapshot: CustomerState | null;
  hits: SignalHit[];
  transitions: SituationTransition[];
  enrollments: Enrollment[];
  events: DomainEvent[];
  timers: Map<string, DueTimer>;
  candidates: SimulatedCandidate[];
  contacts: RecentContact[];
  cases: Map<string, CaseFact[]>;
  consent: ConsentEntry[];
  /** Null until the customer chose something. */
  preferences: Preferences | null;
  reactions: DecideInput["reactions"][number][];
  lastSeenAt: number | null;
  mergedInto: string | null;
};

export function newSimulatedCustomer(person: Person): SimulatedCustomer {
  return {
    person,
    profile: emptyProfile(),
    state: emptyCustomerState(),
    snapshot: null,
    hits: [],
    transitions: [],
    enrollments: [],
    events: [],
    timers: new Map(),
    candidates: [],
    contacts: [],
    cases: new Map(),
    consent: [],
    preferences: null,
    reactions: [],
    lastSeenAt: null,
    mergedInto: null,
  };
}

export type Told = Partial<Pick<EvolveInput, "events" | "timers" | "settlements" | "reactions" | "triggers">>;

/** One step of one customer: the same `evolve` the workers run, its result written to memory as they write it to tables. */
export function stepCustomer(
  customer: SimulatedCustomer,
  told: Told,
  context: { catalog: Catalog; now: number; newId: () => string },
): void {
  const { catalog, now, newId } = context;
  const events = told.events ?? [];
  customer.events.push(...events);
  const result = evolve({
    now,
    catalog,
    person: customer.person,
    profile: customer.profile,
    state: customer.state,
    snapshot: customer.snapshot,
    enrollments: customer.enrollments,
    events,
    timers: told.timers ?? [],
    settlements: told.settlements ?? [],
    reactions: told.reactions ?? [],
    triggers: told.triggers ?? [],
    history: { enrollments: customer.enrollments, laterEvents: customer.events },
    hits: customer.hits,
    newId,
  });
  customer.profile = result.profile;
  customer.state = result.state;
  customer.snapshot = result.snapshot;
  const since = result.snapshot?.evaluatedAt ?? Number.NEGATIVE_INFINITY;
  customer.hits = [...customer.hits, ...result.hits].filter((hit) => hit.occurredAt > since);
  customer.transitions.push(...result.transitions);
  const changed = new Map(result.changed.map((enrollment) => [enrollment.id, enrollment]));
  customer.enrollments = [...customer.enrollments.map((one) => changed.get(one.id) ?? one), ...result.entered];
  closeCandidates(customer, new Set(result.closedOffers));
  for (const offer of result.offers) {
    customer.candidates.push({
      id: newId(),
      offer,
      status: "open",
      dueAt: offer.createdAt,
      validUntil: offer.createdAt + offer.validForMs,
      attempt: 0,
      lastVerdict: null,
      lastGuard: null,
      reviewed: false,
    });
  }
  for (const change of result.timers) changeTimer(customer, change);
  for (const fact of result.cases) {
    const key = `${fact.sourceKey}\n${fact.caseId}`;
    customer.cases.set(key, [...(customer.cases.get(key) ?? []), fact]);
  }
  const seen = result.lastSeenAt;
  if (seen !== null && movesLastSeen(customer.lastSeenAt, seen)) customer.lastSeenAt = seen;
}

/** Closes what these enrollments had to offer, with its alarms. */
export function closeCandidates(customer: SimulatedCustomer, enrollmentIds: ReadonlySet<string>): void {
  for (const candidate of customer.candidates) {
    if (candidate.status === "closed" || !enrollmentIds.has(candidate.offer.enrollmentId)) continue;
    candidate.status = "closed";
    changeTimer(customer, { op: "cancel", kind: "candidate", ref: candidate.id });
  }
}

export function changeTimer(customer: SimulatedCustomer, change: TimerChange): void {
  const key = `${change.kind}\n${change.ref}`;
  if (change.op === "cancel") customer.timers.delete(key);
  else customer.timers.set(key, { kind: change.kind, ref: change.ref, dueAt: change.dueAt, payload: change.payload ?? null });
}

/** Takes the timers that are due away, the longest overdue first. */
export function takeDueTimers(customer: SimulatedCustomer, now: number): DueTimer[] {
  const due = [...customer.timers].filter(([, timer]) => timer.dueAt <= now);
  for (const [key] of due) customer.timers.delete(key);
  return due.map(([, timer]) => timer).sort((a, b) => a.dueAt - b.dueAt);
}
