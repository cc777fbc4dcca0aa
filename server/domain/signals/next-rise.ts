import type { SignalDefinition } from "../definitions/signal.ts";
import type { TimerChange } from "../timer.ts";
import { nextChangeStep } from "./change-rate.ts";
import type { SignalState } from "./state.ts";
import { exitDeadline } from "./strength.ts";

/**
 * The next instant after `after` (epoch ms) at which the signal can get stronger though no event comes: the deadline of a begun step, or
 * a step of a change signal. Null when there is none.
 */
export function nextRise(definition: SignalDefinition, state: SignalState | undefined, after: number): number | null {
  if (definition.kind === "change") return state?.kind === "change" ? nextChangeStep(definition, state, after) : null;
  if (definition.kind !== "exit" || state?.kind !== "exit") return null;
  let next: number | null = null;
  for (const [, begun, completed] of state.keys) {
    const deadline = exitDeadline(begun, completed, definition.withinMs);
    if (deadline !== null && deadline > after && (next === null || deadline < next)) next = deadline;
  }
  return next;
}

/** One timer per signal, at its next rise: `signal_exit` or `signal_change`, ref = the signal's key. */
export function riseTimer(definition: SignalDefinition, dueAt: number | null): TimerChange {
  const kind = definition.kind === "change" ? "signal_change" : "signal_exit";
  return dueAt === null ? { op: "cancel", kind, ref: definition.key } : { op: "set", kind, ref: definition.key, dueAt };
}
