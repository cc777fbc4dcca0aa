import type { SignalDefinition } from "../definitions/signal.ts";
import { decay } from "./decay.ts";
import type { ChangeState } from "./state.ts";

type ChangeDefinition = Extract<SignalDefinition, { kind: "change" }>;

/**
 * A drop grows while nothing happens. It is read in steps, this many short half-lives after the newest event, so that there are fixed
 * instants at which it rises (timers) and it only falls in between.
 */
const dropSteps = [1, 2, 3, 4, 6, 8] as const;

/** From when the customer has a baseline: two long windows after the first event. Null while there are too few events. */
function baselineAt(definition: ChangeDefinition, state: ChangeState): number | null {
  if (state.events < definition.minBaselineEvents || state.at <= state.firstAt) return null;
  return state.firstAt + 2 * definition.longHalfLifeMs;
}

/**
 * How far the short-window rate lies from the long-window one at `now`: for a rise short/long − 1, for a drop 1 − short/long, never below
 * 0. A decayed sum with half-life h of events at a steady rate r tends to r·h/ln 2; since it only began at `firstAt` it has reached
 * the share 1 − 2^(−age/h) of that, which is divided out. It fades with the signal's half-life after the newest event: somebody
 * who stopped coming long ago is no fresh clue.
 */
export function changeMagnitude(definition: ChangeDefinition, state: ChangeState, now: number): number {
  const from = baselineAt(definition, state);
  if (from === null || now < from) return 0;
  const elapsed = Math.max(0, now - state.at);
  const { shortHalfLifeMs: short, longHalfLifeMs: long } = definition;
  const age = state.at - state.firstAt;
  const atNewest = rate(state.short, short, age) / rate(state.long, long, age);
  const ratio = (silence: number): number => atNewest * 2 ** (-silence * Math.max(0, 1 / short - 1 / long));
  const magnitude =
    definition.direction === "rise" ? ratio(elapsed) - 1 : 1 - ratio(short * (dropSteps.findLast((step) => step * short <= elapsed) ?? 0));
  return Math.max(0, magnitude) * decay(elapsed, definition.halfLifeMs);
}

function rate(sum: number, halfLifeMs: number, ageMs: number): number {
  return sum / halfLifeMs / (1 - decay(ageMs, halfLifeMs));
}

/** The next instant after `after` at which time alone can make the value rise: the baseline being complete, or a step of a drop. */
export function nextChangeStep(definition: ChangeDefinition, state: ChangeState, after: number): number | null {
  const from = baselineAt(definition, state);
  if (from === null) return null;
  if (from > after) return from;
  if (definition.direction === "rise") return null;
  const steps = dropSteps.find((count) => state.at + count * definition.shortHalfLifeMs > after);
  return steps === undefined ? null : state.at + steps * definition.shortHalfLifeMs;
}
