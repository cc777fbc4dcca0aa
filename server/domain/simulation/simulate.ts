import type { Catalog } from "../definitions/catalog.ts";
import type { Channel } from "../definitions/common-fields.ts";
import { compareEvents, type DomainEvent } from "../events.ts";
import type { IncidentScope } from "../incidents/scope.ts";
import type { EntryTrigger } from "../journeys/enter.ts";
import { viewOf } from "../pipeline/draft.ts";
import { endedByMerge, foldHistories, foldProfiles, mergedTimers } from "../pipeline/fold-customers.ts";
import { claimOf, type KnownIdentity, type NameActor, planIdentities } from "../pipeline/identify.ts";
import type { AddressKind } from "../profile/profile.ts";
import { applyAct, mergeAnswers, reopenHeld, type SimulatedAct } from "./simulated-acts.ts";
import {
  changeTimer,
  closeCandidates,
  newSimulatedCustomer,
  type SimulatedCustomer,
  stepCustomer,
  takeDueTimers,
} from "./simulated-customer.ts";
import { type SimulatedDecision, simulateGate, suppressionKey } from "./simulated-gate.ts";

/** One thing the workers did, or would do, at a moment. Timers and decisions take whatever is due by then. */
export type SimulationStep =
  | { kind: "events"; now: number; events: readonly DomainEvent[] }
  | { kind: "timers"; now: number }
  | { kind: "gate"; now: number }
  /** An API call for one customer, or one chunk of a schedule: `customers` are bucket keys. */
  | { kind: "trigger"; now: number; customers: readonly string[]; trigger: EntryTrigger }
  | { kind: "incident_opened"; now: number; id: string; scope: IncidentScope }
  | { kind: "incident_resolved"; now: number; id: string }
  | { kind: "suppression"; now: number; address: { kind: AddressKind; value: string } }
  | SimulatedAct;

export type Simulation = {
  catalog: Catalog;
  steps: readonly SimulationStep[];
  /** Names identities; must be the deployment's own for its buckets and arms to come out the same. */
  nameActor: NameActor;
  channels: readonly Channel[];
  shadow?: boolean;
};

export type SimulationResult = { customers: SimulatedCustomer[]; decisions: SimulatedDecision[] };

type World = {
  simulation: Simulation;
  customers: Map<string, SimulatedCustomer>;
  identities: Map<string, { customerId: string; linkedUser: string | null }>;
  decisions: SimulatedDecision[];
  incidents: Map<string, IncidentScope>;
  suppressed: Set<string>;
  newId: () => string;
};

/**
 * Runs steps over an empty deployment in memory: the same pure functions the workers run, no clock, nothing written. Given what the workers
 * logged, customers, transitions, enrollments and decisions come out as they did live.
 */
export function simulate(simulation: Simulation): SimulationResult {
  let made = 0;
  const world: World = {
    simulation,
    customers: new Map(),
    identities: new Map(),
    decisions: [],
    incidents: new Map(),
    suppressed: new Set(),
    newId: () => {
      made += 1;
      return `simulated-${String(made).padStart(9, "0")}`;
    },
  };
  for (const step of simulation.steps) runStep(world, step);
  return { customers: [...world.customers.values()], decisions: world.decisions };
}

function runStep(world: World, step: SimulationStep): void {
  switch (step.kind) {
    case "events":
      applyEvents(world, step.events, step.now);
      return;
    case "timers":
      serveTimers(world, step.now);
      return;
    case "gate":
      openGate(world, step.now);
      return;
    case "trigger":
      for (const bucketKey of step.customers) {
        const customer = findCustomer(world, bucketKey);
        if (customer !== undefined) stepCustomer(customer, { triggers: [step.trigger] }, contextOf(world, step.now));
      }
      return;
    case "incident_opened":
      world.incidents.set(step.id, step.scope);
      return;
    case "incident_resolved":
      world.incidents.delete(step.id);
      for (const { candidates } of living(world)) {
        for (const candidate of candidates) if (candidate.lastGuard === "incident") reopenHeld(candidate, step.now);
      }
      return;
    case "suppression":
      world.suppressed.add(suppressionKey(step.address.kind, step.address.value));
      return;
    default: {
      const customer = findCustomer(world, step.customer);
      if (customer !== undefined) applyAct(customer, step, contextOf(world, step.now));
    }
  }
}

/** The living customer who has this bucket key, or into whom its owner was merged. */
function findCustomer(world: World, bucketKey: string): SimulatedCustomer | undefined {
  let customer = [...world.customers.values()].find((one) => one.person.bucketKey === bucketKey);
  while (customer !== undefined && customer.mergedInto !== null) customer = world.customers.get(customer.mergedInto);
  return customer;
}

function contextOf(world: World, now: number): { catalog: Catalog; now: number; newId: () => string } {
  return { catalog: world.simulation.catalog, now, newId: world.newId };
}

function living(world: World): SimulatedCustomer[] {
  return [...world.customers.values()].filter((customer) => customer.mergedInto === null);
}

function applyEvents(world: World, events: readonly DomainEvent[], now: number): void {
  const ordered = events.toSorted(compareEvents);
  const claims = ordered.map((event) => claimOf(event, world.simulation.nameActor));
  const known: KnownIdentity[] = [...world.identities].map(([actor, identity]) => ({
    actor,
    ...identity,
    userId: world.customers.get(identity.customerId)?.person.userId ?? null,
  }));
  const plan = planIdentities(claims, known, world.newId);
  for (const person of plan.newCustomers) world.customers.set(person.id, newSimulatedCustomer(person));
  for (const identity of plan.newIdentities) {
    world.identities.set(identity.actor, { customerId: identity.customerId, linkedUser: identity.linkedUser });
  }
  for (const { actor, linkedUser } of plan.links) {
    const identity = world.identities.get(actor);
    if (identity !== undefined) identity.linkedUser = linkedUser;
  }
  for (const { customerId, userId } of plan.promotions) {
    const customer = world.customers.get(customerId);
    if (customer !== undefined) customer.person = { ...customer.person, userId };
  }
  for (const merge of plan.merges) mergeCustomers(world, merge, now);
  for (const [id, customer] of world.customers) {
    const own = ordered.filter((event) => plan.customerOf.get(event.id) === id);
    if (own.length > 0) stepCustomer(customer, { events: own }, contextOf(world, now));
  }
}

function mergeCustomers(world: World, merge: { from: string; into: string }, now: number): void {
  const { catalog } = world.simulation;
  const from = world.customers.get(merge.from);
  const into = world.customers.get(merge.into);
  if (from === undefined || into === undefined) return;
  into.profile = foldProfiles(into.profile, from.profile);
  const customer = viewOf({ person: into.person, catalog }, into.profile);
  const folded = foldHistories({ catalog, customer, into, from });
  into.state = folded.state;
  into.snapshot = folded.snapshot;
  into.hits = [...folded.hits];
  into.transitions.push(...folded.transitions);
  const ended = new Set(endedByMerge(into.enrollments, from.enrollments));
  closeCandidates(into, ended);
  closeCandidates(from, ended);
  const end = (enrollments: SimulatedCustomer["enrollments"]) =>
    enrollments.map((one) =>
      ended.has(one.id) ? { ...one, status: "ended" as const, endedAt: now, endReason: "merged", fence: one.fence + 1 } : one,
    );
  const taken = new Set(into.enrollments.map((one) => `${one.journeyKey}\n${one.entryKey}`));
  const moved = end(from.enrollments).map((one) =>
    one.status === "active" && taken.has(`${one.journeyKey}\n${one.entryKey}`) ? { ...one, entryKey: `${one.entryKey}~${one.id}` } : one,
  );
  into.enrollments = [...end(into.enrollments), ...moved];
  into.events.push(...from.events);
  into.contacts.push(...from.contacts);
  mergeAnswers(into, from, now);
  into.candidates.push(...from.candidates);
  for (const [key, facts] of from.cases) into.cases.set(key, facts);
  for (const [key, timer] of from.timers) if (timer.kind === "journey_wait" || timer.kind === "candidate") into.timers.set(key, timer);
  for (const change of mergedTimers(catalog, into.state, now)) changeTimer(into, change);
  from.mergedInto = merge.into;
  from.enrollments = [];
  from.candidates = [];
  from.timers.clear();
  for (const identity of world.identities.values()) if (identity.customerId === merge.from) identity.customerId = merge.into;
}

function serveTimers(world: World, now: number): void {
  for (const customer of living(world)) {
    const due = takeDueTimers(customer, now);
    for (const { kind, ref } of due) {
      const held = kind === "candidate" ? customer.candidates.find((one) => one.id === ref && one.status === "held") : undefined;
      if (held !== undefined) reopenHeld(held, now);
    }
    const timers = due.filter((timer) => timer.kind !== "candidate");
    if (timers.length > 0) stepCustomer(customer, { timers }, contextOf(world, now));
  }
}

function openGate(world: World, now: number): void {
  const { catalog, channels, shadow = false } = world.simulation;
  const control = { paused: false, shadow, epoch: 1 };
  const incidents = [...world.incidents].map(([id, scope]) => ({ id, scope }));
  for (const customer of living(world)) {
    const { decisions, settlements } = simulateGate(customer, {
      catalog,
      now,
      channels,
      control,
      incidents,
      suppressed: world.suppressed,
    });
    world.decisions.push(...decisions);
    if (settlements.length > 0) stepCustomer(customer, { settlements }, contextOf(world, now));
  }
}
