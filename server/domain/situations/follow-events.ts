import type { CustomerView } from "../customer.ts";
import type { Catalog } from "../definitions/catalog.ts";
import { compareEvents, type DomainEvent } from "../events.ts";
import { foldHits, observeEvents, riseTimers } from "../signals/apply-events.ts";
import { compareHits, type DefinitionFault, type DroppedKeys, eachOnce, type SignalHit } from "../signals/hit.ts";
import { type CustomerState, lateWindowMs } from "../signals/state.ts";
import type { TimerChange } from "../timer.ts";
import { advanceSnapshot, firstSnapshot, isSnapshotDue, replayWindow } from "./replay-window.ts";
import { evaluate, startPath } from "./status-path.ts";
import type { SituationTransition } from "./transition.ts";
import { walkHits } from "./walk-hits.ts";

export type FollowInput = {
  catalog: Catalog;
  customer: CustomerView;
  state: CustomerState;
  /** State as of the start of the late window; its `evaluatedAt` is that instant. Null until the first hit. */
  snapshot: CustomerState | null;
  /** Events of this customer in any order. One at a time or many at once: the result is the same. */
  events: readonly DomainEvent[];
  /** All stored hits of the customer later than `snapshot.evaluatedAt`, in any order; null when they were not loaded. */
  storedHits: readonly SignalHit[] | null;
  /** Only decides which timers are still to come. */
  now: number;
};

export type Followed = {
  /** The stored hits are needed and were null: load them and call again. Everything else in the result is void. */
  needsHits: boolean;
  state: CustomerState;
  /** When its `evaluatedAt` moved, stored hits up to that instant must be deleted. */
  snapshot: CustomerState | null;
  /** New hits, to be stored when later than `snapshot.evaluatedAt` of this result. */
  hits: SignalHit[];
  transitions: SituationTransition[];
  timers: TimerChange[];
  faults: DefinitionFault[];
  dropped: DroppedKeys[];
};

/**
 * Takes a customer's signals and situation status over new events, each evaluated at its own time. Call evaluateSituations afterwards to
 * let time pass until now.
 *
 * - An event not older than `state.evaluatedAt` continues the path.
 * - An older one within the late window (72 h before `evaluatedAt`) makes status be walked anew from the snapshot over the stored hits;
 *   see replayWindow for what comes out.
 * - A still older one changes signal state only, in the snapshot as well when it lies before it.
 *
 * Events that give no hit change nothing, except that identify and group events make the situations be looked at, because thresholds
 * depend on segments. `customer` must be the customer as the events left it.
 */
export function followEvents(input: FollowInput): Followed {
  const { catalog, customer, state, events, storedHits, now } = input;
  const observed = observeEvents(catalog, events);
  const hits = observed.hits.sort(compareHits);
  const late = hits.filter((hit) => isLate(hit, state));
  const mustReplay = late.some((hit) => hit.occurredAt >= (state.evaluatedAt ?? 0) - lateWindowMs);
  const unchanged = { state, snapshot: input.snapshot, hits, transitions: [], timers: [], faults: observed.faults, dropped: [] };
  const profileEvent = events
    .filter(({ type }) => type === "identify" || type === "group")
    .sort(compareEvents)
    .at(-1);
  if (hits.length === 0 && !profileEvent) return { needsHits: false, ...unchanged };
  if (storedHits === null && (mustReplay || isSnapshotDue(input.snapshot, newestOf(hits, state)))) return { needsHits: true, ...unchanged };

  let snapshot = input.snapshot ?? snapshotBefore([...(storedHits ?? []), ...hits]);
  const before = foldHits(catalog, state, late);
  const beforeSnapshot = hits.filter((hit) => snapshot?.evaluatedAt != null && hit.occurredAt <= snapshot.evaluatedAt);
  if (snapshot && beforeSnapshot.length > 0) snapshot = foldHits(catalog, snapshot, beforeSnapshot).state;
  const replayed =
    mustReplay && snapshot && storedHits
      ? replayWindow({ catalog, customer, snapshot, hits: [...storedHits, ...late], current: before.state })
      : { state: before.state, transitions: [], faults: [] };

  const path = startPath(catalog, customer, replayed.state);
  walkHits(
    path,
    hits.filter((hit) => !isLate(hit, state)),
  );
  if (profileEvent && profileEvent.occurredAt >= (path.state.evaluatedAt ?? -Infinity)) {
    evaluate(path, profileEvent.occurredAt, profileEvent.messageKey);
  }
  if (snapshot && storedHits && path.state.evaluatedAt !== null && isSnapshotDue(snapshot, path.state.evaluatedAt)) {
    const to = path.state.evaluatedAt - lateWindowMs;
    snapshot = advanceSnapshot({ catalog, customer, snapshot, hits: [...storedHits, ...hits], to });
  }
  return {
    needsHits: false,
    state: path.state,
    snapshot,
    hits,
    transitions: [...replayed.transitions, ...path.transitions],
    timers: riseTimers(catalog, state, path.state, hits, now),
    faults: eachOnce([...observed.faults, ...before.faults, ...replayed.faults, ...path.faults]),
    dropped: [...before.dropped, ...path.dropped],
  };
}

/** Whether the hit comes before what status already depends on, in the order of events. */
function isLate(hit: SignalHit, { evaluatedAt, evaluatedKey }: CustomerState): boolean {
  if (evaluatedAt === null || hit.occurredAt !== evaluatedAt) return evaluatedAt !== null && hit.occurredAt < evaluatedAt;
  return evaluatedKey !== null && hit.messageKey < evaluatedKey;
}

function snapshotBefore(hits: readonly SignalHit[]): CustomerState | null {
  return hits.length === 0 ? null : firstSnapshot(hits.reduce((first, hit) => Math.min(first, hit.occurredAt), Infinity));
}

function newestOf(hits: readonly SignalHit[], state: CustomerState): number | null {
  const newest = hits.at(-1)?.occurredAt ?? null;
  return newest === null || state.evaluatedAt === null ? newest : Math.max(newest, state.evaluatedAt);
}
