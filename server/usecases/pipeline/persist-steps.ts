import type { Deps } from "#server/deps.ts";
import type { CaseFact } from "#server/domain/pipeline/facts.ts";
import type { EvolveInput, EvolveResult, OutcomeFact } from "#server/domain/pipeline/step.ts";
import type { DefinitionFault, SignalHit } from "#server/domain/signals/hit.ts";
import { ownValue } from "#server/domain/signals/state.ts";
import type { StepContext } from "./steps.ts";

type Tx = Parameters<Parameters<Deps["transact"]>[0]>[0];
type Done = { input: EvolveInput; result: EvolveResult; customerId: string };
type Of<Key extends string, Value> = { customerId: string } & Record<Key, Value>;

/** Writes what steps decided, set by set; what did not change is not written. Returns how many candidates were made. */
export async function persistSteps(
  tx: Tx,
  deps: Deps,
  context: StepContext,
  inputs: readonly EvolveInput[],
  results: ReadonlyMap<string, EvolveResult>,
): Promise<number> {
  const steps: Done[] = inputs.flatMap((input) => {
    const result = results.get(input.person.id);
    return result === undefined ? [] : [{ input, result, customerId: input.person.id }];
  });
  await persistProfiles(tx, deps, steps);
  await persistState(tx, deps, context, steps);
  const candidates = await persistPassages(tx, deps, steps);
  await persistFacts(tx, deps, steps);
  await persistFaults(tx, deps, context, steps);
  return candidates;
}

async function persistProfiles(tx: Tx, deps: Deps, steps: readonly Done[]): Promise<void> {
  const changed = steps.filter(({ result }) => {
    const change = result.profileChange;
    return change !== null && (change.traits || change.locale || change.timezone || change.addresses.length > 0);
  });
  await deps.data.customers.saveProfiles(
    tx,
    changed.map(({ input, result }) => ({ id: input.person.id, userId: input.person.userId, profile: result.profile })),
  );
  await deps.data.customers.saveAddresses(
    tx,
    changed.flatMap(({ customerId, result }) =>
      (result.profileChange?.addresses ?? []).map((kind) => ({ customerId, kind, address: result.profile.addresses[kind] ?? null })),
    ),
  );
}

async function persistState(tx: Tx, deps: Deps, { now }: StepContext, steps: readonly Done[]): Promise<void> {
  const { data } = deps;
  await data.customerState.saveStates(
    tx,
    steps
      .filter(({ result }) => result.stateChanged || result.snapshotChanged)
      .map(({ customerId, result }) => ({
        customerId,
        state: result.state,
        snapshot: result.snapshot,
        snapshotChanged: result.snapshotChanged,
      })),
  );
  const hits: Of<"hit", SignalHit>[] = steps.flatMap(({ customerId, result }) => result.hits.map((hit) => ({ customerId, hit })));
  await data.signalHits.insertHits(tx, hits);
  await data.signalHits.deleteHits(
    tx,
    steps.flatMap(({ customerId, input, result }) => {
      const before = result.snapshot?.evaluatedAt ?? null;
      return before !== null && input.snapshot !== null && input.snapshot.evaluatedAt !== before ? [{ customerId, before }] : [];
    }),
  );
  const transitions = steps.flatMap(({ customerId, result }) =>
    result.transitions.map((transition) => ({ id: deps.newId(), customerId, transition })),
  );
  if (transitions.length === 0) return;
  await data.situations.insertTransitions(tx, transitions, now);
  await data.situations.saveMemberships(tx, steps.flatMap(membershipsOf));
}

function membershipsOf({ customerId, result }: Done) {
  const last = new Map(result.transitions.filter(({ kind }) => kind !== "asked").map((transition) => [transition.situation, transition]));
  return [...last.values()].map(({ situation, score }) => {
    const held = ownValue(result.state.situations, situation);
    const active = held?.active && held.enteredAt !== null ? { episode: held.episode, enteredAt: held.enteredAt, score } : null;
    return { customerId, situation, active };
  });
}

async function persistPassages(tx: Tx, deps: Deps, steps: readonly Done[]): Promise<number> {
  const { data } = deps;
  await data.enrollments.insertEnrollments(
    tx,
    steps.flatMap(({ result }) => result.entered),
  );
  await data.enrollments.updateEnrollments(
    tx,
    steps.flatMap(({ input, result }) => {
      const fences = new Map(input.enrollments.map((enrollment) => [enrollment.id, enrollment.fence]));
      return result.changed.map((enrollment) => ({ enrollment, oldFence: fences.get(enrollment.id) ?? 0 }));
    }),
  );
  await data.candidates.closeCandidatesOf(
    tx,
    steps.flatMap(({ customerId, result }) => result.closedOffers.map((id) => ({ id, customerId }))),
  );
  const candidates = steps.flatMap(({ customerId, result }) => result.offers.map((offer) => ({ id: deps.newId(), customerId, offer })));
  await data.candidates.insertCandidates(tx, candidates);
  await data.timers.changeTimers(
    tx,
    steps.flatMap(({ customerId, result }) => result.timers.map((change) => ({ customerId, change }))),
  );
  await data.tasks.insertTasks(
    tx,
    steps.flatMap(({ customerId, result }) => result.tasks.map((task) => ({ id: deps.newId(), customerId, task }))),
  );
  return candidates.length;
}

async function persistFacts(tx: Tx, deps: Deps, steps: readonly Done[]): Promise<void> {
  const { data } = deps;
  const orders = steps.flatMap(({ customerId, result }) => result.orders.map((order) => ({ id: deps.newId(), customerId, order })));
  await data.orders.saveOrders(tx, orders);
  const cases: Of<"fact", CaseFact>[] = steps.flatMap(({ customerId, result }) => result.cases.map((fact) => ({ customerId, fact })));
  await data.cases.saveCases(
    tx,
    cases.map((one) => ({ id: deps.newId(), ...one })),
  );
  const contacts = await contactOutcomes(tx, deps, cases);
  const outcomes = steps.flatMap(({ customerId, result }) => result.outcomes.map((outcome) => ({ ...outcome, customerId })));
  await data.outcomes.insertOutcomes(
    tx,
    [...outcomes, ...contacts].map((outcome) => ({ ...outcome, id: deps.newId() })),
  );
}

/** Every new case is a contact; one that follows a solved case of the same issue within 14 days is a recontact as well. */
async function contactOutcomes(
  tx: Tx,
  deps: Deps,
  cases: readonly Of<"fact", CaseFact>[],
): Promise<(OutcomeFact & { customerId: string })[]> {
  const opened = cases.filter(({ fact }) => fact.change === "opened");
  if (opened.length === 0) return [];
  const nobody = { enrollmentId: null, journeyKey: null, arm: null };
  const contacts = opened.map(({ customerId, fact }) => ({
    customerId,
    key: `contact:${fact.sourceKey}:${fact.caseId}`,
    kind: "contact",
    at: fact.at,
    ...nobody,
    detail: { caseType: fact.caseType, issue: fact.issueKey, channel: fact.channel },
  }));
  const recontacts = await deps.data.cases.findRecontacts(tx, opened);
  return [
    ...contacts,
    ...recontacts.map((recontact) => ({
      customerId: recontact.customerId,
      key: `recontact:${recontact.sourceKey}:${recontact.caseId}`,
      kind: "recontact",
      at: recontact.openedAt,
      ...nobody,
      detail: { afterDays: Math.round(recontact.days * 100) / 100, within: recontact.days <= 7 ? 7 : 14 },
    })),
  ];
}

/** Only counted here: what failed too often is suspended by the sweep, which holds no customer. */
async function persistFaults(tx: Tx, deps: Deps, { now }: StepContext, steps: readonly Done[]): Promise<void> {
  const faults: DefinitionFault[] = steps.flatMap(({ result }) => result.faults);
  await deps.data.faults.noteFaults(tx, faults, now);
}
