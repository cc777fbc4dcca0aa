import type { CustomerView } from "../customer.ts";
import type { Catalog, Versioned } from "../definitions/catalog.ts";
import type { SituationDefinition } from "../definitions/situation.ts";
import { type DefinitionFault, type DroppedKeys, faultOf } from "../signals/hit.ts";
import { nextRise } from "../signals/next-rise.ts";
import { type CustomerState, ownValue, type SituationState } from "../signals/state.ts";
import { firstFall } from "./first-fall.ts";
import { contributionsOf, scoreSituation } from "./score.ts";
import { bandOf, type Thresholds, thresholdsFor } from "./thresholds.ts";
import type { SituationTransition } from "./transition.ts";

/**
 * The path a customer's situation status takes through time. It holds the state while steps are made: `settle` lets time pass without
 * events, `evaluate` looks at one instant. Same steps, same path: status is a function of the hits, their times and where it began,
 * and does not depend on how often somebody looked in between.
 */
export type StatusPath = {
  state: CustomerState;
  readonly catalog: Catalog;
  readonly customer: CustomerView;
  readonly transitions: SituationTransition[];
  readonly faults: DefinitionFault[];
  readonly dropped: DroppedKeys[];
};

/** The status of a situation that nothing ever spoke for. */
export const neverSeen: SituationState = { active: false, episode: 0, enteredAt: null, asked: false, spent: false, exitAt: null };

export function startPath(catalog: Catalog, customer: CustomerView, state: CustomerState): StatusPath {
  return { state, catalog, customer, transitions: [], faults: [], dropped: [] };
}

/**
 * Lets time pass without events from `evaluatedAt` to `to`. Situations are left at the millisecond their score reaches `exit` or their
 * longest duration is over; one that was asked for or ran out of time is armed again once its score got to `exit`; and all are looked
 * at wherever time itself makes a signal rise. Between those instants the score only falls, so each crossing is found exactly.
 * Nothing happens when `to` is not later.
 */
export function settle(path: StatusPath, to: number): void {
  let from = path.state.evaluatedAt;
  if (from === null) return;
  while (from < to) {
    const rise: number | null = nextRiseOfAny(path, from);
    const risesInTime = rise !== null && rise <= to;
    // Up to the rise, not including it: at that very instant the score may jump.
    fall(path, from, risesInTime ? rise - 1 : to);
    if (!risesInTime) return;
    evaluate(path, rise, null);
    from = rise;
  }
}

/**
 * Looks at every situation at one instant and enters, leaves or asks. `causedBy` is the event it is done for, null for time. With `touched`,
 * a situation that nothing speaks for yet is only looked at when one of these signals is among its own: the others got weaker.
 */
export function evaluate(path: StatusPath, at: number, causedBy: string | null, touched?: ReadonlySet<string>): void {
  forEachSituation(path, (situation, held) => {
    const { definition } = situation;
    if (touched && !isLatched(held) && !definition.signals.some(({ signal }) => touched.has(signal))) return;
    const scored = scoreSituation(definition, path.catalog, path.state, at, (fault) => path.faults.push(fault));
    if (scored.score === 0 && !isLatched(held)) return;
    const thresholds = thresholdsFor(definition, path.catalog, path.customer, path.state, at);
    if (held.active) {
      if (scored.score <= thresholds.exit || at >= latestEnd(definition, held)) leave(path, situation, held, at, thresholds, causedBy);
      return;
    }
    const band = held.spent ? "none" : bandOf(definition, scored, thresholds);
    if (band === "act") {
      const episode = held.episode + 1;
      put(path, definition.key, { ...held, active: true, episode, enteredAt: at, asked: false });
      record(path, situation, "entered", episode, at, causedBy);
    } else if (band === "below" && !held.asked) {
      put(path, definition.key, { ...held, asked: true });
      record(path, situation, "asked", held.episode + 1, at, causedBy);
    }
  });
}

/** Notes that status now depends on what happened at `at`; `key` is the event, when it was one. */
export function markEvaluated(path: StatusPath, at: number, key: string | null): void {
  const { evaluatedAt } = path.state;
  if (evaluatedAt !== null && (at < evaluatedAt || (at === evaluatedAt && key === null))) return;
  path.state = { ...path.state, evaluatedAt: at, evaluatedKey: key };
}

/** The instant at which an active situation will be left if nothing more happens, after `now`; null when not in sight. */
export function predictExit(path: StatusPath, situation: Versioned<SituationDefinition>, held: SituationState, now: number): number | null {
  const { definition } = situation;
  const { exit } = thresholdsFor(definition, path.catalog, path.customer, path.state, now);
  const isOut = (at: number): boolean => scoreSituation(definition, path.catalog, path.state, at, ignoreFault).score <= exit;
  // Mostly nothing new was heard since the last prediction, and two looks show that it still holds.
  const holds = held.exitAt !== null && held.exitAt > now && isOut(held.exitAt) && !isOut(held.exitAt - 1);
  const fallen = holds ? held.exitAt : firstFall(now, null, isOut);
  const end = latestEnd(definition, held);
  return end === Infinity ? fallen : Math.min(fallen ?? end, Math.max(end, now + 1));
}

/** Calls `visit` for each live situation with the customer's state in it. One that throws is named as a fault and left as it was. */
export function forEachSituation(path: StatusPath, visit: (situation: Versioned<SituationDefinition>, held: SituationState) => void): void {
  for (const [key, situation] of path.catalog.situations) {
    const before = path.state;
    try {
      visit(situation, ownValue(path.state.situations, key) ?? neverSeen);
    } catch (error) {
      path.state = before;
      path.faults.push(faultOf("situation", key, situation.version, error));
    }
  }
}

function fall(path: StatusPath, from: number, to: number): void {
  if (to <= from) return;
  forEachSituation(path, (situation, held) => {
    if (!isLatched(held)) return;
    const { definition } = situation;
    const thresholds = thresholdsFor(definition, path.catalog, path.customer, path.state, from);
    const isOut = (at: number): boolean =>
      at >= latestEnd(definition, held) || scoreSituation(definition, path.catalog, path.state, at, ignoreFault).score <= thresholds.exit;
    const out = firstFall(from, to, isOut);
    if (out === null) return;
    if (held.active) leave(path, situation, held, out, thresholds, null);
    else put(path, definition.key, { ...held, asked: false, spent: false });
    // A situation that ran out of time may still fall below `exit` in the same stretch, and is then free to be entered again.
    const after = ownValue(path.state.situations, definition.key);
    if (after?.spent && scoreSituation(definition, path.catalog, path.state, to, ignoreFault).score <= thresholds.exit) {
      put(path, definition.key, { ...after, spent: false });
    }
  });
}

function leave(
  path: StatusPath,
  situation: Versioned<SituationDefinition>,
  held: SituationState,
  at: number,
  thresholds: Thresholds,
  causedBy: string | null,
): void {
  const { score } = scoreSituation(situation.definition, path.catalog, path.state, at, ignoreFault);
  put(path, situation.definition.key, { ...held, active: false, enteredAt: null, asked: false, spent: score > thresholds.exit });
  record(path, situation, "left", held.episode, at, causedBy);
}

function put(path: StatusPath, key: string, held: SituationState): void {
  path.state = { ...path.state, situations: { ...path.state.situations, [key]: held } };
}

function record(
  path: StatusPath,
  situation: Versioned<SituationDefinition>,
  kind: SituationTransition["kind"],
  episode: number,
  at: number,
  causedBy: string | null,
): void {
  path.transitions.push(describeTransition(path, situation, kind, episode, at, causedBy));
  markEvaluated(path, at, null);
}

/** A transition with score, confidence and contributions as the path's signals have them at `at`. */
export function describeTransition(
  path: StatusPath,
  { version, definition }: Versioned<SituationDefinition>,
  kind: SituationTransition["kind"],
  episode: number,
  at: number,
  causedBy: string | null,
): SituationTransition {
  const { score, confidence } = scoreSituation(definition, path.catalog, path.state, at, ignoreFault);
  const contributions = contributionsOf(definition, path.catalog, path.state, at, ignoreFault);
  return { situation: definition.key, version, kind, episode, at, retroactive: false, score, confidence, contributions, causedBy };
}

function nextRiseOfAny(path: StatusPath, after: number): number | null {
  let next: number | null = null;
  for (const key of Object.keys(path.state.signals)) {
    const definition = path.catalog.signals.get(key)?.definition;
    const rise = definition ? nextRise(definition, path.state.signals[key], after) : null;
    if (rise !== null && (next === null || rise < next)) next = rise;
  }
  return next;
}

function isLatched(held: SituationState): boolean {
  return held.active || held.asked || held.spent;
}

function latestEnd(definition: SituationDefinition, held: SituationState): number {
  return definition.maxDurationMs === undefined || !held.active || held.enteredAt === null
    ? Infinity
    : held.enteredAt + definition.maxDurationMs;
}

/** A fault is reported where the instant is evaluated; the search for a crossing asks the same thing dozens of times. */
function ignoreFault(): void {}
