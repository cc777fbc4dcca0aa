import type { CustomerView } from "../customer.ts";
import type { Catalog, Versioned } from "../definitions/catalog.ts";
import type { SituationDefinition } from "../definitions/situation.ts";
import { compareHits, type DefinitionFault, type SignalHit } from "../signals/hit.ts";
import { type CustomerState, emptyCustomerState, lateWindowMs, ownValue, type SituationState } from "../signals/state.ts";
import { describeTransition, neverSeen, type StatusPath, settle, startPath } from "./status-path.ts";
import type { SituationTransition } from "./transition.ts";
import { walkHits } from "./walk-hits.ts";

/** The snapshot is moved forward once it lies this much before the start of the late window: about once a day per busy customer. */
const snapshotStepMs = 24 * 3_600_000;

/** The snapshot of a customer whose first hit is at `firstHitAt`: nothing was known a late window earlier. */
export function firstSnapshot(firstHitAt: number): CustomerState {
  return { ...emptyCustomerState(), evaluatedAt: firstHitAt - lateWindowMs };
}

/** Whether the snapshot lies so far before the late window that it should be moved (which needs the stored hits). */
export function isSnapshotDue(snapshot: CustomerState | null, evaluatedAt: number | null): boolean {
  if (snapshot?.evaluatedAt == null || evaluatedAt === null) return false;
  return evaluatedAt - snapshot.evaluatedAt > lateWindowMs + snapshotStepMs;
}

/**
 * The snapshot moved forward to `to` (epoch ms) over the hits after it. `hits` are all stored hits since the snapshot, in any order.
 * Hits up to `to` are then part of the snapshot and must be deleted from `signal_hit`, in the same transaction.
 */
export function advanceSnapshot(input: {
  catalog: Catalog;
  customer: CustomerView;
  snapshot: CustomerState;
  hits: readonly SignalHit[];
  to: number;
}): CustomerState {
  const { catalog, customer, snapshot, to } = input;
  const path = startPath(catalog, customer, snapshot);
  walkHits(
    path,
    hitsAfter(snapshot, input.hits).filter((hit) => hit.occurredAt <= to),
  );
  settle(path, to);
  return { ...path.state, evaluatedAt: to, evaluatedKey: null };
}

export type Replayed = { state: CustomerState; transitions: SituationTransition[]; faults: DefinitionFault[] };

/**
 * Corrects situation status after late events (law (b) of DESIGN Order). `hits` are all stored hits after `snapshot` plus the late ones, in
 * any order; `current` is the customer's state with the late hits already folded into its signals and everything else as it was.
 * Status is walked anew from the snapshot over the hits in order, up to `current.evaluatedAt`: it depends on which hits there are, not on
 * when they arrived.
 *
 * Episodes are history: a number is never reused, an episode that stays active keeps its number. What has to be corrected comes out as
 * transitions; those at an instant before `current.evaluatedAt` are retroactive and must not start a journey. A situation entered
 * at that newest instant itself is entered now, and may.
 */
export function replayWindow(input: {
  catalog: Catalog;
  customer: CustomerView;
  snapshot: CustomerState;
  hits: readonly SignalHit[];
  current: CustomerState;
}): Replayed {
  const { catalog, customer, snapshot, current } = input;
  const path = startPath(catalog, customer, snapshot);
  walkHits(path, hitsAfter(snapshot, input.hits));
  if (current.evaluatedAt !== null) settle(path, current.evaluatedAt);
  const situations: Record<string, SituationState> = { ...current.situations };
  const transitions: SituationTransition[] = [];
  for (const [key, situation] of catalog.situations) {
    const held = ownValue(current.situations, key);
    const walked = ownValue(path.state.situations, key) ?? neverSeen;
    if (held === undefined && walked === neverSeen) continue;
    situations[key] = renumber(held, walked);
    const transition = correction(path, situation, held, walked);
    if (transition) transitions.push({ ...transition, retroactive: transition.at < (current.evaluatedAt ?? -Infinity) });
  }
  transitions.sort((a, b) => a.at - b.at);
  // A crossing that the late hits moved lies at another instant now; the newest hit is still the same one.
  return { state: { ...path.state, signals: current.signals, situations }, transitions, faults: path.faults };
}

function hitsAfter(snapshot: CustomerState, hits: readonly SignalHit[]): SignalHit[] {
  return hits.filter((hit) => snapshot.evaluatedAt === null || hit.occurredAt > snapshot.evaluatedAt).sort(compareHits);
}

/** The walked status under the episode numbers of history. */
function renumber(held: SituationState | undefined, walked: SituationState): SituationState {
  const episode = held?.episode ?? 0;
  return { ...walked, episode: walked.active && !held?.active ? episode + 1 : episode, exitAt: held?.exitAt ?? null };
}

/** The one transition that leads from the held to the walked status; null when they agree. */
function correction(
  path: StatusPath,
  situation: Versioned<SituationDefinition>,
  held: SituationState | undefined,
  walked: SituationState,
): SituationTransition | null {
  const episode = held?.episode ?? 0;
  const since = held?.enteredAt ?? -Infinity;
  const made = (kind: SituationTransition["kind"], from: number): SituationTransition | undefined =>
    path.transitions.findLast((each) => each.kind === kind && each.situation === situation.definition.key && each.at >= from);
  if (walked.active && !held?.active) {
    const entered = made("entered", -Infinity);
    // Active since before the snapshot: nothing on the walk entered it.
    return entered
      ? { ...entered, episode: episode + 1 }
      : describeTransition(path, situation, "entered", episode + 1, walked.enteredAt ?? 0, null);
  }
  if (!walked.active && held?.active) {
    const left = made("left", since);
    // The late events show that the episode never was.
    return left ? { ...left, episode } : describeTransition(path, situation, "left", episode, since, null);
  }
  const asked = walked.asked && !held?.asked ? made("asked", -Infinity) : undefined;
  return asked ? { ...asked, episode: episode + 1 } : null;
}
