import type { CustomerView } from "../customer.ts";
import type { Catalog } from "../definitions/catalog.ts";
import type { Evidence } from "../journeys/enrollment.ts";
import { type DefinitionFault, eachOnce } from "../signals/hit.ts";
import { type CustomerState, ownValue } from "../signals/state.ts";
import type { TimerChange } from "../timer.ts";
import { contributionsOf, scoreSituation } from "./score.ts";
import { evaluate, forEachSituation, markEvaluated, predictExit, settle, startPath } from "./status-path.ts";
import { bandOf, thresholdsFor } from "./thresholds.ts";
import type { SituationTransition } from "./transition.ts";

export type Evaluated = {
  state: CustomerState;
  transitions: SituationTransition[];
  timers: TimerChange[];
  faults: DefinitionFault[];
};

/**
 * Lets time pass until `now` (epoch ms) without events and keeps one `situation_exit` timer (ref = situation key) at the predicted end of each
 * active situation. Time alone leaves situations, and enters or asks only at the instants where it makes a signal rise (a deadline, a
 * step of a change signal). Transitions carry the instant they happened at, which may lie before `now`: a crossing that nobody
 * looked at in time is dated to its millisecond. So status does not depend on when this is called.
 *
 * With `at`, every situation is also looked at there, as after a merge or a new definition, and status counts as depending on it: hits
 * older than `at` are late afterwards.
 */
export function evaluateSituations(input: {
  catalog: Catalog;
  state: CustomerState;
  customer: CustomerView;
  now: number;
  at?: number;
}): Evaluated {
  const { catalog, customer, state, now, at } = input;
  const path = startPath(catalog, customer, state);
  settle(path, at ?? now);
  evaluate(path, Math.max(at ?? now, path.state.evaluatedAt ?? -Infinity), null);
  if (at !== undefined) markEvaluated(path, at, null);
  const timers: TimerChange[] = [];
  forEachSituation(path, (situation, held) => {
    const exitAt = held.active ? predictExit(path, situation, held, now) : null;
    if (exitAt === held.exitAt) return;
    const { key } = situation.definition;
    path.state = { ...path.state, situations: { ...path.state.situations, [key]: { ...held, exitAt } } };
    timers.push(
      exitAt === null ? { op: "cancel", kind: "situation_exit", ref: key } : { op: "set", kind: "situation_exit", ref: key, dueAt: exitAt },
    );
  });
  return { state: path.state, transitions: path.transitions, timers, faults: eachOnce(path.faults) };
}

/**
 * Why a journey speaks about a situation, read at `now` and not from a stale status. Null when the situation is not live. The band is `act`
 * when the confidence reaches the floor and the score either reaches `enter` or the situation is active and still above `exit`.
 */
export function evidenceFor(input: {
  catalog: Catalog;
  state: CustomerState;
  customer: CustomerView;
  situationKey: string;
  now: number;
}): Evidence | null {
  const { catalog, state, customer, situationKey, now } = input;
  const situation = catalog.situations.get(situationKey);
  if (!situation) return null;
  const { definition, version } = situation;
  const ignoreFault = (): void => undefined;
  const scored = scoreSituation(definition, catalog, state, now, ignoreFault);
  const thresholds = thresholdsFor(definition, catalog, customer, state, now);
  const persists = (ownValue(state.situations, situationKey)?.active ?? false) && scored.score > thresholds.exit;
  const acts = bandOf(definition, scored, thresholds) === "act" || (persists && scored.confidence >= definition.confidenceFloor);
  return {
    situation: situationKey,
    situationVersion: version,
    score: scored.score,
    confidence: scored.confidence,
    confidenceFloor: definition.confidenceFloor,
    belowFloor: definition.belowFloor,
    band: acts ? "act" : "below",
    contributions: contributionsOf(definition, catalog, state, now, ignoreFault),
  };
}
