import type { Catalog } from "../definitions/catalog.ts";
import { compareEvents, type DomainEvent } from "../events.ts";
import type { TimerChange } from "../timer.ts";
import { compileSignals } from "./compile-signals.ts";
import { foldHit } from "./fold-hit.ts";
import { compareHits, type DefinitionFault, type DroppedKeys, faultOf, type SignalHit } from "./hit.ts";
import { nextRise, riseTimer } from "./next-rise.ts";
import { type CustomerState, ownValue, type SignalState } from "./state.ts";

export type SignalsApplied = {
  state: CustomerState;
  /** What to store in `signal_hit`, in (occurredAt, messageKey) order. */
  hits: SignalHit[];
  timers: TimerChange[];
  faults: DefinitionFault[];
  dropped: DroppedKeys[];
};

/**
 * What the events of one customer, in any order, give to the live signals. An event that occurs twice in one call counts once. A
 * definition that throws is named in `faults` and gets nothing from that event; all others do.
 */
export function observeEvents(catalog: Catalog, events: readonly DomainEvent[]): { hits: SignalHit[]; faults: DefinitionFault[] } {
  const index = compileSignals(catalog);
  const hits: SignalHit[] = [];
  const faults: DefinitionFault[] = [];
  for (const event of inOrder(events)) {
    for (const reader of index.readersFor(event)) {
      try {
        const input = reader.read(event);
        if (input) hits.push({ signal: reader.key, occurredAt: event.occurredAt, messageKey: event.messageKey, input });
      } catch (error) {
        faults.push(faultOf("signal", reader.key, reader.version, error));
      }
    }
  }
  return { hits, faults };
}

/** The events in their order, each messageKey once. */
function inOrder(events: readonly DomainEvent[]): readonly DomainEvent[] {
  if (events.length < 2) return events;
  const seen = new Set<string>();
  return events.toSorted(compareEvents).filter((event) => !seen.has(event.messageKey) && seen.add(event.messageKey));
}

/**
 * Folds hits into the signal state: law (a) of DESIGN Order, equal (1e-9 relative) under any order and batch split as long as each hit is
 * folded once. Hits of signals that are not live are ignored. Neither `state` nor anything in it is changed. Situations and
 * `evaluatedAt` stay as they are.
 */
export function foldHits(
  catalog: Catalog,
  state: CustomerState,
  hits: readonly SignalHit[],
): { state: CustomerState; faults: DefinitionFault[]; dropped: DroppedKeys[] } {
  if (hits.length === 0) return { state, faults: [], dropped: [] };
  const signals: Record<string, SignalState> = { ...state.signals };
  const faults: DefinitionFault[] = [];
  const dropped: DroppedKeys[] = [];
  for (const hit of hits) {
    const signal = catalog.signals.get(hit.signal);
    if (!signal) continue;
    try {
      const folded = foldHit(signal.definition, ownValue(signals, hit.signal), hit);
      if (!folded) continue;
      signals[hit.signal] = folded.state;
      if (folded.droppedKeys > 0) dropped.push({ signal: hit.signal, count: folded.droppedKeys });
    } catch (error) {
      faults.push(faultOf("signal", hit.signal, signal.version, error));
    }
  }
  return { state: { ...state, signals }, faults, dropped };
}

/** The timers of the touched signals whose next rise moved between two states of a customer, as seen at `now`. */
export function riseTimers(
  catalog: Catalog,
  before: CustomerState,
  after: CustomerState,
  hits: readonly SignalHit[],
  now: number,
): TimerChange[] {
  const timers: TimerChange[] = [];
  for (const key of new Set(hits.map((hit) => hit.signal))) {
    const definition = catalog.signals.get(key)?.definition;
    if (definition?.kind !== "exit" && definition?.kind !== "change") continue;
    const due = nextRise(definition, ownValue(after.signals, key), now);
    if (due !== nextRise(definition, ownValue(before.signals, key), now)) timers.push(riseTimer(definition, due));
  }
  return timers;
}

/** Applies events of one customer, in any order, to the signal state. `now` only decides which timers are still to come. */
export function applyEvents(input: {
  catalog: Catalog;
  state: CustomerState;
  events: readonly DomainEvent[];
  now: number;
}): SignalsApplied {
  const { catalog, state, events, now } = input;
  const observed = observeEvents(catalog, events);
  const folded = foldHits(catalog, state, observed.hits);
  return {
    state: folded.state,
    hits: observed.hits.sort(compareHits),
    timers: riseTimers(catalog, state, folded.state, observed.hits, now),
    faults: [...observed.faults, ...folded.faults],
    dropped: folded.dropped,
  };
}
