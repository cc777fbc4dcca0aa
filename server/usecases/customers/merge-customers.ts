import type { Deps } from "#server/deps.ts";
import { effectiveConsent } from "#server/domain/consent/effective-consent.ts";
import { mergedConsent } from "#server/domain/consent/stricter-consent.ts";
import { mergePreferences } from "#server/domain/decisions/preferences.ts";
import type { Catalog } from "#server/domain/definitions/catalog.ts";
import { inGlobalHoldout } from "#server/domain/journeys/assignment.ts";
import { viewOf } from "#server/domain/pipeline/draft.ts";
import { armsDiffer, endedByMerge, foldHistories, foldProfiles, mergedTimers } from "#server/domain/pipeline/fold-customers.ts";
import { emptyCustomerState } from "#server/domain/signals/state.ts";
import { AppError } from "#server/errors.ts";

type Tx = Parameters<Parameters<Deps["transact"]>[0]>[0];
type Context = { catalog: Catalog; now: number };
export type Merge = { from: string; into: string };

/**
 * Makes two customers one because a person says so. Refuses customers that are gone, merged or the same. `from` keeps its rows and its
 * bucket key and points to `into`; nothing can point back, so there are no circles.
 */
export async function mergeCustomers(deps: Deps, merge: Merge, actor: Parameters<Deps["data"]["audit"]["append"]>[1]): Promise<void> {
  if (merge.from === merge.into) throw new AppError("invalid", "A customer cannot be merged with itself.");
  const catalog = await deps.catalog.get();
  await deps.transact(async (tx) => {
    const now = deps.clock.now();
    const locked = await deps.data.customers.lockCustomers(tx, [merge.from, merge.into]);
    const [from, into] = [locked.get(merge.from), locked.get(merge.into)];
    if (from === undefined || into === undefined) throw new AppError("not_found", "There is no such customer.");
    if (from.mergedInto !== null || into.mergedInto !== null) throw new AppError("conflict", "One of them was merged before.");
    if (from.erasedAt !== null || into.erasedAt !== null) throw new AppError("conflict", "One of them was erased.");
    await mergeLocked(tx, deps, { catalog, now }, merge);
    await deps.data.audit.append(tx, actor, now, {
      action: "customer.merged",
      objectKind: "customer",
      objectId: merge.into,
      before: { from: merge.from },
      after: { into: merge.into },
    });
  });
  deps.queue.ring("send");
}

/** The merge itself, of two customers that are locked in this transaction. */
export async function mergeLocked(tx: Tx, deps: Deps, context: Context, { from, into }: Merge): Promise<void> {
  const { data } = deps;
  await mergeProfiles(tx, deps, { from, into });
  await mergeState(tx, deps, context, { from, into });
  await mergePassages(tx, deps, context, { from, into });
  await mergeConsent(tx, deps, context, { from, into });
  await data.identities.redirectIdentities(tx, from, into);
  await data.customers.markMerged(tx, from, into);
}

async function mergeProfiles(tx: Tx, deps: Deps, { from, into }: Merge): Promise<void> {
  const { customers } = deps.data;
  const locked = await customers.lockCustomers(tx, [from, into]);
  const addresses = await customers.loadAddresses(tx, [from, into]);
  const [theirs, ours] = [locked.get(from), locked.get(into)];
  if (theirs === undefined || ours === undefined) throw new Error("a merge needs two customers");
  const held = addresses.get(into) ?? {};
  const profile = foldProfiles({ ...ours.profile, addresses: held }, { ...theirs.profile, addresses: addresses.get(from) ?? {} });
  await customers.saveProfiles(tx, [{ id: into, userId: ours.person.userId, profile }]);
  const changed = (["email", "phone"] as const).filter((kind) => profile.addresses[kind] !== held[kind]);
  await customers.saveAddresses(
    tx,
    changed.map((kind) => ({ customerId: into, kind, address: profile.addresses[kind] ?? null })),
  );
  if (theirs.lastSeenAt !== null) await customers.touchCustomers(tx, [{ id: into, at: theirs.lastSeenAt }]);
}

async function mergeState(tx: Tx, deps: Deps, { catalog, now }: Context, { from, into }: Merge): Promise<void> {
  const { customerState, signalHits, situations, timers, customers } = deps.data;
  const stored = await customerState.loadStates(tx, [from, into]);
  if (!stored.has(from)) return;
  const hits = await signalHits.loadHits(tx, [from, into]);
  const locked = (await customers.lockCustomers(tx, [into])).get(into);
  if (locked === undefined) throw new Error("a merge needs two customers");
  const historyOf = (id: string) => ({
    state: stored.get(id)?.state ?? emptyCustomerState(),
    snapshot: stored.get(id)?.snapshot ?? null,
    hits: hits.get(id) ?? [],
  });
  const customer = viewOf({ person: locked.person, catalog }, locked.profile);
  const { state, snapshot, transitions } = foldHistories({ catalog, customer, into: historyOf(into), from: historyOf(from) });
  await customerState.saveStates(tx, [{ customerId: into, state, snapshot, snapshotChanged: true }]);
  await customerState.deleteStates(tx, [from]);
  await signalHits.moveHits(tx, from, into);
  if (snapshot?.evaluatedAt != null) await signalHits.deleteHits(tx, [{ customerId: into, before: snapshot.evaluatedAt }]);
  await situations.insertTransitions(
    tx,
    transitions.map((transition) => ({ id: deps.newId(), customerId: into, transition })),
    now,
  );
  await situations.deleteMemberships(tx, from);
  await situations.saveMemberships(
    tx,
    Object.entries(state.situations).map(([situation, held]) => ({
      customerId: into,
      situation,
      active: held.active && held.enteredAt !== null ? { episode: held.episode, enteredAt: held.enteredAt, score: 0 } : null,
    })),
  );
  const changes = mergedTimers(catalog, state, now);
  await timers.changeTimers(
    tx,
    changes.map((change) => ({ customerId: into, change })),
  );
}

async function mergePassages(tx: Tx, deps: Deps, { catalog, now }: Context, { from, into }: Merge): Promise<void> {
  const { enrollments, candidates, timers, customers } = deps.data;
  const held = await enrollments.loadEnrollments(tx, [from, into], 0);
  const theirs = held.get(from) ?? [];
  const ours = held.get(into) ?? [];
  const both = await customers.lockCustomers(tx, [from, into]);
  const { definition: holdout } = catalog.policies.holdout;
  const [a, b] = [both.get(from)?.person.bucketKey ?? "", both.get(into)?.person.bucketKey ?? ""];
  if (armsDiffer(ours, theirs) || inGlobalHoldout(holdout, a) !== inGlobalHoldout(holdout, b)) await customers.markContaminated(tx, into);

  const ended = endedByMerge(ours, theirs);
  await enrollments.endEnrollments(tx, ended, "merged", now);
  const moved = await enrollments.moveEnrollments(tx, from, into);
  await candidates.moveCandidates(tx, moved, into);
  await candidates.closeCandidatesOf(
    tx,
    [...ours, ...theirs].filter(({ id }) => ended.includes(id)).map(({ id, customerId }) => ({ id, customerId })),
  );
  await timers.moveTimers(tx, from, into, moved);
}

/** The stricter answer stands; it is recorded under the customer that stays, so that a later yes can change it again. */
async function mergeConsent(tx: Tx, deps: Deps, { now }: Context, { from, into }: Merge): Promise<void> {
  const { consent, preferences } = deps.data;
  const entries = await consent.listFor(tx, [from, into]);
  const ours = effectiveConsent(entries.filter((entry) => entry.customerId === into));
  const theirs = effectiveConsent(entries.filter((entry) => entry.customerId === from));
  await consent.append(
    tx,
    mergedConsent(ours, theirs).map((changed) => ({
      id: deps.newId(),
      customerId: into,
      ...changed,
      basis: "merge",
      source: "merge",
      actor: "system",
      textVersion: null,
      locale: null,
      proof: { mergedFrom: from },
      occurredAt: now,
      recordedAt: now,
    })),
  );
  const chosen = await preferences.mapFor(tx, [from, into]);
  const [a, b] = [chosen.get(into), chosen.get(from)];
  if (b === undefined) return;
  await preferences.save(tx, into, mergePreferences(a, b), now);
}
