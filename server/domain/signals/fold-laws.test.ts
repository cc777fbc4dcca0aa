import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DomainEvent } from "../events.ts";
import { applyEvents } from "./apply-events.ts";
import {
  catalogOf,
  changeSignal,
  countSignal,
  exitSignal,
  hour,
  minute,
  repeatSignal,
  start,
  trackEvent,
  valueSignal,
} from "./signals.fixture.ts";
import { type CustomerState, customerStateSchema, emptyCustomerState } from "./state.ts";
import { signalStrength } from "./strength.ts";

const signals = [
  countSignal("clicks", { match: { type: "track", name: "step" } }),
  valueSignal("late", { match: { type: "track", name: "step" } }),
  repeatSignal("rage", { times: 2, withinMs: 5 * minute, match: { type: "track", name: "step" } }),
  exitSignal("checkout", {
    keyField: "properties.element",
    begin: { type: "track", name: "step" },
    complete: { type: "track", name: "done" },
  }),
  changeSignal("visit", {
    match: { type: "track", name: "step" },
    minBaselineEvents: 3,
    shortHalfLifeMs: hour,
    longHalfLifeMs: 6 * hour,
  }),
];
const catalog = catalogOf({ signals });

/** Few distinct times and many keys, so that ties, bursts and dropped keys are common. Spread over ten days: beyond any window. */
const stories = (minLength: number) =>
  fc
    .array(
      fc.record({
        at: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 14_400 })),
        name: fc.constantFrom("step", "step", "step", "done"),
        element: fc.integer({ min: 0, max: 26 }),
        minutes: fc.oneof(fc.integer({ min: -10, max: 600 }), fc.constant("unknown")),
      }),
      { minLength, maxLength: 90 },
    )
    .map((steps) =>
      steps.map(({ at, name, element, minutes }, i) =>
        trackEvent(`m${String(i).padStart(3, "0")}`, name, start + at * minute, { properties: { element: `e${element}`, minutes } }),
      ),
    );

const story = stories(0);

const shuffle = (told: typeof story) =>
  told.chain((events) =>
    fc.record({
      events: fc.constant(events),
      order: fc.shuffledSubarray(events, { minLength: events.length }),
      cuts: fc.array(fc.nat(events.length), { maxLength: 10 }),
    }),
  );

const shuffled = shuffle(story);
/** Long enough that most runs have more keys than are kept. */
const crowded = shuffle(stories(60));

function inBatches(order: DomainEvent[], cuts: number[]): CustomerState {
  const bounds = [0, ...cuts.toSorted((a, b) => a - b), order.length];
  return bounds.slice(1).reduce((state, end, i) => {
    const batch = order.slice(bounds[i], end);
    // Each event twice within its batch: it must count once.
    return applyEvents({ catalog, state, events: [...batch, ...batch.toReversed()], now: start }).state;
  }, emptyCustomerState());
}

/** Equal to 1e-9 relative: exact in everything but decayed sums. */
function expectEqual(a: unknown, b: unknown): void {
  if (typeof a === "number" && typeof b === "number")
    expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * Math.max(1e-300, Math.abs(a), Math.abs(b)));
  else if (Array.isArray(a) && Array.isArray(b)) {
    expect(a.length).toBe(b.length);
    a.forEach((element, i) => {
      expectEqual(element, b[i]);
    });
  } else if (a !== null && b !== null && typeof a === "object" && typeof b === "object") {
    expect(Object.keys(a).sort()).toEqual(Object.keys(b).sort());
    for (const [key, value] of Object.entries(a)) expectEqual(value, Reflect.get(b, key));
  } else expect(a).toEqual(b);
}

describe("law (a): signal state is a fold over the set of events", () => {
  it("equal under any order, duplication within a batch and split into batches", () => {
    fc.assert(
      fc.property(shuffled, ({ events, order, cuts }) => {
        const once = applyEvents({ catalog, state: emptyCustomerState(), events, now: start }).state;
        expectEqual(inBatches(order, cuts), once);
      }),
      { numRuns: 300 },
    );
  });

  it("equal also when there are more keys than are kept, and dropped ones come back", () => {
    fc.assert(
      fc.property(crowded, ({ events, order, cuts }) => {
        expectEqual(inBatches(order, cuts), applyEvents({ catalog, state: emptyCustomerState(), events, now: start }).state);
      }),
      { numRuns: 150 },
    );
  });

  it("strength is equal too, lies in 0..1 and never rises between the instants that are named", () => {
    fc.assert(
      fc.property(
        shuffled,
        fc.integer({ min: 0, max: 20_000 }),
        fc.integer({ min: 0, max: 20_000 }),
        ({ events, order, cuts }, at, more) => {
          const once = applyEvents({ catalog, state: emptyCustomerState(), events, now: start }).state;
          const other = inBatches(order, cuts);
          for (const definition of signals) {
            const first = signalStrength(definition, once, start + at * minute);
            expectEqual(signalStrength(definition, other, start + at * minute), first);
            expect(first.intensity).toBeGreaterThanOrEqual(0);
            expect(first.intensity).toBeLessThanOrEqual(1);
            if (definition.kind === "exit" || definition.kind === "change") continue;
            const later = signalStrength(definition, once, start + (at + more) * minute);
            expect(later.intensity).toBeLessThanOrEqual(first.intensity + 1e-12);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("state is plain JSON of the published shape, and stays small", () => {
    fc.assert(
      fc.property(story, (events) => {
        const { state } = applyEvents({ catalog, state: emptyCustomerState(), events, now: start });
        expect(customerStateSchema.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
        expect(JSON.stringify(state).length).toBeLessThan(4_000);
      }),
      { numRuns: 50 },
    );
  });
});
