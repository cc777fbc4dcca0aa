import type { Catalog } from "../definitions/catalog.ts";
import type { DueTimer, TimerChange } from "../timer.ts";
import type { SignalsApplied } from "./apply-events.ts";
import { nextRise, riseTimer } from "./next-rise.ts";
import { type CustomerState, ownValue } from "./state.ts";

/**
 * A `signal_exit` or `signal_change` timer came due. Deadlines and steps are a function of state and time, so the state stays as it is:
 * what follows from the deadline is found by evaluating the situations at `now`. Answers the timer of the next rise, if there is one;
 * the due timer itself is assumed to be deleted. A timer of a signal that is no longer live answers nothing.
 */
export function applySignalTimer(input: { catalog: Catalog; state: CustomerState; timer: DueTimer; now: number }): SignalsApplied {
  const { catalog, state, timer, now } = input;
  const definition = catalog.signals.get(timer.ref)?.definition;
  const due = definition ? nextRise(definition, ownValue(state.signals, timer.ref), now) : null;
  const timers: TimerChange[] = definition && due !== null ? [riseTimer(definition, due)] : [];
  return { state, hits: [], timers, faults: [], dropped: [] };
}
