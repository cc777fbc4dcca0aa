import type { Deps } from "#server/deps.ts";
import type { Catalog } from "#server/domain/definitions/catalog.ts";
import type { DomainEvent } from "#server/domain/events.ts";
import type { EntryTrigger } from "#server/domain/journeys/enter.ts";
import { evolve } from "#server/domain/pipeline/evolve.ts";
import { goalWindowMs } from "#server/domain/pipeline/journey-index.ts";
import type { EvolveInput, EvolveResult, History, Reaction, Settlement } from "#server/domain/pipeline/step.ts";
import { emptyCustomerState } from "#server/domain/signals/state.ts";
import { persistSteps } from "./persist-steps.ts";

type Tx = Parameters<Parameters<Deps["transact"]>[0]>[0];
export type LockedCustomer = ReturnType<Deps["data"]["customers"]["lockCustomers"]> extends Promise<Map<string, infer One>> ? One : never;

/** What one customer is to be told. Lists that are left out are empty. */
export type StepRequest = {
  customer: LockedCustomer;
  events?: readonly DomainEvent[];
  timers?: EvolveInput["timers"];
  settlements?: readonly Settlement[];
  reactions?: readonly Reaction[];
  triggers?: readonly EntryTrigger[];
};

export type StepContext = { catalog: Catalog; now: number };

/** Stored events of one customer that a look into history reads at most. */
const MAX_LATER_EVENTS = 1_000;

/**
 * Evolves customers that are locked in this transaction and writes what came of it. Reads set by set: what nearly every customer
 * needs for all of them, what few need (history before an entry, hits for late events) for those few in a second look.
 */
export async function runSteps(
  tx: Tx,
  deps: Deps,
  context: StepContext,
  requests: readonly StepRequest[],
): Promise<{ results: Map<string, EvolveResult>; candidates: number }> {
  const inputs = await loadInputs(tx, deps, context, requests);
  const results = new Map<string, EvolveResult>();
  const second: EvolveInput[] = [];
  for (const input of inputs) {
    const result = evolve(input);
    results.set(input.person.id, result);
    if (result.needs !== null) second.push(input);
  }
  if (second.length > 0) await lookAgain(tx, deps, second, results);
  const candidates = await persistSteps(tx, deps, context, inputs, results);
  return { results, candidates };
}

async function loadInputs(tx: Tx, deps: Deps, context: StepContext, requests: readonly StepRequest[]): Promise<EvolveInput[]> {
  const { catalog, now } = context;
  const ids = requests.map((request) => request.customer.person.id);
  const addressed = requests.filter((request) => request.events?.some(tellsAddress)).map((request) => request.customer.person.id);
  const goalSince = goalsCanLieBack(catalog, requests, now);
  const states = await deps.data.customerState.loadStates(tx, ids);
  const enrollments = await deps.data.enrollments.loadEnrollments(tx, ids, goalSince);
  const addresses = await deps.data.customers.loadAddresses(tx, addressed);
  return requests.map((request) => {
    const { person, profile } = request.customer;
    const stored = states.get(person.id);
    return {
      now,
      catalog,
      person,
      profile: { ...profile, addresses: addresses.get(person.id) ?? {} },
      state: stored?.state ?? emptyCustomerState(),
      snapshot: stored?.snapshot ?? null,
      enrollments: enrollments.get(person.id) ?? [],
      events: request.events ?? [],
      timers: request.timers ?? [],
      settlements: request.settlements ?? [],
      reactions: request.reactions ?? [],
      triggers: request.triggers ?? [],
      history: null,
      hits: null,
      newId: deps.newId,
    };
  });
}

function tellsAddress(event: DomainEvent): boolean {
  const told = { ...(typeof event.context["traits"] === "object" ? event.context["traits"] : null), ...event.traits };
  return Object.hasOwn(told, "email") || Object.hasOwn(told, "phone");
}

/** Ended enrollments still wait for their goal; they are loaded only when one of the events could be one. */
function goalsCanLieBack(catalog: Catalog, requests: readonly StepRequest[], now: number): number {
  let window = 0;
  for (const request of requests) {
    for (const event of request.events ?? []) window = Math.max(window, goalWindowMs(catalog, event));
  }
  return now - window;
}

async function lookAgain(tx: Tx, deps: Deps, inputs: readonly EvolveInput[], results: Map<string, EvolveResult>): Promise<void> {
  let open = inputs;
  // Hits first show whether a situation is entered, and only then history is asked for: two looks at most.
  for (let look = 0; look < 2 && open.length > 0; look += 1) {
    const forHits = open.filter((input) => results.get(input.person.id)?.needs?.hits);
    const forHistory = open.filter((input) => results.get(input.person.id)?.needs?.history);
    const hits = await deps.data.signalHits.loadHits(
      tx,
      forHits.map((input) => input.person.id),
    );
    const histories = await loadHistories(tx, deps, forHistory);
    const next: EvolveInput[] = [];
    for (const input of open) {
      const { id } = input.person;
      const again = { ...input, hits: hits.get(id) ?? input.hits, history: histories.get(id) ?? input.history };
      const result = evolve(again);
      results.set(id, result);
      if (result.needs !== null) next.push(again);
    }
    open = next;
  }
  if (open.length > 0) throw new Error("a step asked for what it was given");
}

async function loadHistories(tx: Tx, deps: Deps, inputs: readonly EvolveInput[]): Promise<Map<string, History>> {
  const histories = new Map<string, History>();
  if (inputs.length === 0) return histories;
  const ids = inputs.map((input) => input.person.id);
  const enrollments = await deps.data.enrollments.loadEnrollmentHistory(tx, ids);
  const events = await deps.data.pending.loadEventsSince(
    tx,
    inputs.map((input) => ({ customerId: input.person.id, since: earliest(input) })),
    MAX_LATER_EVENTS,
  );
  for (const { person } of inputs) {
    histories.set(person.id, { enrollments: enrollments.get(person.id) ?? [], laterEvents: events.get(person.id) ?? [] });
  }
  return histories;
}

/** No entry of a step lies before the first thing it is told, or before the state it continues. */
function earliest({ now, events, timers, triggers, state }: EvolveInput): number {
  const times = [now, ...events.map((event) => event.occurredAt), ...timers.map((timer) => timer.dueAt)];
  for (const trigger of triggers) {
    if (trigger.kind === "schedule") times.push(trigger.occurrence);
    else if (trigger.kind !== "event") times.push(trigger.at);
  }
  if (state.evaluatedAt !== null) times.push(state.evaluatedAt);
  return Math.min(...times);
}
