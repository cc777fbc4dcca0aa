import type { Deps } from "#server/deps.ts";
import { decide } from "#server/domain/decisions/decide.ts";
import type { Catalog } from "#server/domain/definitions/catalog.ts";
import type { MessageClass } from "#server/domain/definitions/common-fields.ts";
import { settleOffers } from "../pipeline/settle-offers.ts";
import { type Control, type GateCustomer, type LockedCustomers, loadGateCustomers, type OpenCandidate } from "./load-gate.ts";
import { enqueueLeased } from "./outbox.ts";
import { changeOf, type Outcome, planOutcome, recordOf, reviewTaskOf, type Situation, settlementOf, verdictOf } from "./plan-gate.ts";

type Tx = Parameters<Parameters<Deps["transact"]>[0]>[0];

export type GateResult = {
  /** Candidates that were decided. */
  decided: number;
  /** Messages that now wait in this process to be handed over. */
  sending: number;
  /** There may be more to decide at once. */
  more: boolean;
};

const nothing: GateResult = { decided: 0, sending: 0, more: false };
/** Customers looked at for each one that is locked, so that workers side by side find different ones. */
const LOOK_AHEAD = 8;
/** How long a candidate is put aside whose customer could not be decided. */
const UNDECIDED_MS = 5 * 60_000;
const unmetered: readonly MessageClass[] = ["critical", "incident_notice"];

/**
 * Decides what is due, of up to `limit` customers, in one transaction: control lock, customer locks in ascending order, everything
 * that is looked at, `decide()`, and all that follows from it. Customers somebody else works on are left for later. What is to be sent
 * is leased to this process; hand it over with `deliverMessages`.
 */
export function runGate(deps: Deps, options: { limit?: number } = {}): Promise<GateResult> {
  const limit = options.limit ?? 100;
  return gate(deps, async (tx, now) => {
    const due = await deps.data.gateContext.listDueCustomers(tx, now, limit * LOOK_AHEAD);
    const locked: LockedCustomers = new Map();
    for (let from = 0; from < due.length && locked.size < limit; from += limit) {
      const free = await deps.data.customers.lockFreeCustomers(tx, due.slice(from, from + limit - locked.size));
      for (const [id, customer] of free) locked.set(id, customer);
    }
    return { customers: locked, more: due.length > locked.size };
  });
}

/** Decides these candidates now, waiting for whoever works on their customers; with them whatever else of these customers is due. */
export function runGateFor(deps: Deps, candidateIds: readonly string[]): Promise<GateResult> {
  return gate(deps, async (tx) => {
    const ids = await deps.data.gateContext.customersOf(tx, candidateIds);
    return { customers: await deps.data.customers.lockCustomers(tx, ids), more: false };
  });
}

type Pick = (tx: Tx, now: number) => Promise<{ customers: LockedCustomers; more: boolean }>;

async function gate(deps: Deps, pick: Pick): Promise<GateResult> {
  for (;;) {
    const catalog = await deps.catalog.get();
    const done = await deps.transact((tx) => decideAll(tx, deps, catalog, pick));
    // Definitions went live between the look at the catalog and the lock: nothing was decided by old ones.
    if (done === "catalog changed") continue;
    if (done === null) return nothing;
    deps.crashpoint("gate.committed");
    const leased = done.outcomes.flatMap(({ leased: one }) => (one === null ? [] : [one]));
    enqueueLeased(deps, leased);
    await reportFaults(deps, done.faults);
    return { decided: done.outcomes.length, sending: leased.length, more: done.more };
  }
}

type Decided = { outcomes: Outcome[]; faults: Parameters<Deps["data"]["faults"]["noteFaults"]>[1]; more: boolean };

async function decideAll(tx: Tx, deps: Deps, catalog: Catalog, pick: Pick): Promise<Decided | "catalog changed" | null> {
  const { data } = deps;
  // the hand-over writes down durably that it begins, and with that this
  await data.durability.commitLazily(tx);
  const now = deps.clock.now();
  const control = await data.control.lockShared(tx);
  if (control.catalogEpoch !== catalog.epoch) return "catalog changed";
  const picked = await pick(tx, now);
  // A profile merged away since has nothing due any more.
  const customers: LockedCustomers = new Map([...picked.customers].filter(([, one]) => one.mergedInto === null));
  if (customers.size === 0) return null;
  const due = await data.gateContext.listDueCandidates(tx, [...customers.keys()], now);
  const { candidates, metered } = await meterReleases(tx, deps, catalog, due, now);
  if (candidates.length === 0) return { outcomes: [], faults: [], more: picked.more };
  const loaded = await loadGateCustomers(tx, deps, { catalog, control, customers, candidates, now });
  deps.crashpoint("gate.loaded");

  const at: Situation = { catalog, control, now, untouched: await untouchedResponses(tx, deps, catalog, loaded) };
  const faults: Decided["faults"][number][] = [];
  const planned = loaded.flatMap((customer) => {
    try {
      const decisions = decide(customer.input);
      return customer.candidates.flatMap((candidate, index) => {
        const decision = decisions[index];
        if (decision === undefined) return [];
        const { outcome, fault } = planOutcome(deps, at, customer, candidate, decision);
        if (fault !== null) faults.push(fault);
        return [outcome];
      });
    } catch (error) {
      deps.log.error({ err: error, customerId: customer.view.id }, "a customer could not be decided");
      return [];
    }
  });
  // What cannot be decided hurts nobody else: it is put aside for a while and looked at again.
  const plannedIds = new Set(planned.map((one) => one.candidate.open.id));
  const undecided = candidates.filter((one) => !plannedIds.has(one.id)).map((one) => one.id);
  await data.decisions.postponeCandidates(tx, undecided, now + UNDECIDED_MS);
  const { outcomes, offered } = await persist(tx, deps, catalog, control, planned, now);
  if (metered) {
    const released = outcomes.filter((one) => one.leased !== null && one.candidate.open.lastVerdict === "HOLD").length;
    await data.gateContext.countReleased(tx, now, released);
  }
  deps.crashpoint("gate.before-commit");
  return { outcomes, faults, more: picked.more || offered > 0 };
}

/**
 * Held help is let go at most `releasePerMinute` at a time over the whole deployment, so that the end of quiet hours, of a pause or
 * of an incident is no burst. What is over the measure comes later, in its order; it is decided then.
 */
async function meterReleases(
  tx: Tx,
  deps: Deps,
  catalog: Catalog,
  due: readonly OpenCandidate[],
  now: number,
): Promise<{ candidates: OpenCandidate[]; metered: boolean }> {
  const isHeld = (one: OpenCandidate) => one.lastVerdict === "HOLD" && !unmetered.includes(one.offer.class);
  const held = due.filter(isHeld);
  if (held.length === 0) return { candidates: [...due], metered: false };
  const perMinute = catalog.policies.moderation.definition.releasePerMinute;
  const left = Math.max(0, perMinute - (await deps.data.gateContext.lockReleaseMeter(tx, now)));
  const later = held.slice(left);
  const nextMinute = (Math.floor(now / 60_000) + 1) * 60_000;
  for (let from = 0; from < later.length; from += perMinute) {
    const ids = later.slice(from, from + perMinute).map((one) => one.id);
    await deps.data.decisions.postponeCandidates(tx, ids, nextMinute + (from / perMinute) * 60_000);
  }
  const postponed = new Set(later);
  return { candidates: due.filter((one) => !postponed.has(one)), metered: true };
}

async function untouchedResponses(tx: Tx, deps: Deps, catalog: Catalog, customers: readonly GateCustomer[]): Promise<Set<string>> {
  const keys = new Set(customers.flatMap((customer) => customer.candidates.map((one) => one.open.offer.responseKey)));
  const live = [...keys].flatMap((key) => {
    const response = catalog.responses.get(key);
    return response === undefined ? [] : [{ key, version: response.version, contentHash: response.contentHash }];
  });
  return live.length === 0 ? new Set() : deps.data.gateContext.listUntouchedResponses(tx, live);
}

async function persist(
  tx: Tx,
  deps: Deps,
  catalog: Catalog,
  control: Control,
  planned: readonly Outcome[],
  now: number,
): Promise<{ outcomes: Outcome[]; offered: number }> {
  const { data } = deps;
  const written = await data.messages.insertMessages(
    tx,
    planned.flatMap((one) => (one.message === null ? [] : [one.message])),
  );
  const outcomes = planned.map((one) => (one.message === null || written.has(one.message.id) ? one : asDuplicate(one)));
  await data.messages.insertContents(
    tx,
    outcomes.flatMap((one) => (one.content === null ? [] : [one.content])),
  );
  await data.decisions.insertDecisions(
    tx,
    outcomes.flatMap((one) => recordOf(one, now) ?? []),
  );
  const changes = outcomes.map(changeOf);
  await data.decisions.updateCandidates(tx, changes);
  const customerOf = new Map(outcomes.map((one) => [one.candidate.open.id, one.customer.view.id]));
  await data.timers.changeTimers(
    tx,
    changes.flatMap((change) => {
      const customerId = customerOf.get(change.id);
      if (change.status !== "held" || customerId === undefined) return [];
      return [{ customerId, change: { op: "set" as const, kind: "candidate", ref: change.id, dueAt: change.dueAt } }];
    }),
  );
  await data.decisions.insertReviewTasks(
    tx,
    outcomes.flatMap((one) => reviewTaskOf(deps, one, now) ?? []),
  );
  const overtaken = outcomes.filter(({ candidate: { open } }) => open.lastVerdict === "REVIEW" || open.lastVerdict === "ASK");
  await data.decisions.dropReviewTasks(
    tx,
    overtaken.filter((one) => verdictOf(one) === "SUPPRESS").map((one) => one.candidate.open.id),
    now,
  );
  await alarmTampering(tx, deps, outcomes, now);
  await data.evaluationLog.recordEvaluation(tx, {
    id: deps.newId(),
    kind: "gate",
    now,
    catalogEpoch: control.catalogEpoch,
    candidateIds: outcomes.map((one) => one.candidate.open.id),
  });
  const settlements = outcomes.flatMap((one) => settlementOf(one, now) ?? []);
  const { candidates: offered } = await settleOffers(tx, deps, settlements, { catalog, now });
  return { outcomes, offered };
}

/** Its step, or its address in this run, already has a message. */
function asDuplicate(outcome: Outcome): Outcome {
  const code = outcome.message?.addressKey === null ? "duplicate_step" : "duplicate_address";
  return {
    ...outcome,
    overruled: { code, reason: "this step, or this address in the same run, already has its message" },
    message: null,
    content: null,
    leased: null,
  };
}

/** Text that nobody approved was about to go out: that is for the audit log, by response and once a batch. */
async function alarmTampering(tx: Tx, deps: Deps, outcomes: readonly Outcome[], now: number): Promise<void> {
  const keys = new Set(
    outcomes.flatMap((one) =>
      one.overruled?.code === "not_approved" && one.candidate.response !== null ? [one.candidate.open.offer.responseKey] : [],
    ),
  );
  for (const key of [...keys].sort()) {
    const record = { action: "response.tampered", objectKind: "response", objectId: key, before: null, after: null };
    await deps.data.audit.append(tx, { kind: "system", id: "gate", ip: null }, now, record);
  }
}

/** Noted for the person who can mend the response; a version that fails too often is suspended by the sweep. */
async function reportFaults(deps: Deps, faults: Decided["faults"]): Promise<void> {
  if (faults.length === 0) return;
  const now = deps.clock.now();
  await deps.transact((tx) => deps.data.faults.noteFaults(tx, faults, now));
}
