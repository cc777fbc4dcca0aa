import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DomainEvent } from "../events.ts";
import type { SignalHit } from "../signals/hit.ts";
import {
  ada,
  catalogOf,
  countSignal,
  day,
  exitSignal,
  hour,
  minute,
  repeatSignal,
  situationOf,
  start,
  trackEvent,
} from "../signals/signals.fixture.ts";
import { type CustomerState, emptyCustomerState, lateWindowMs } from "../signals/state.ts";
import { evaluateSituations } from "./evaluate-situations.ts";
import { followEvents } from "./follow-events.ts";
import type { SituationTransition } from "./transition.ts";

const catalog = catalogOf({
  signals: [
    countSignal("clicks", { reliability: { alpha: 6, beta: 4 }, saturation: 0.6, freshnessMs: hour }),
    repeatSignal("rage", { times: 2, withinMs: 30 * minute, saturation: 0.5 }),
    exitSignal("checkout", { withinMs: 2 * hour, saturation: 0.3, halfLifeMs: 6 * hour }),
  ],
  situations: [
    situationOf(
      "stuck",
      [
        { signal: "clicks", group: "page", weight: 1 },
        { signal: "rage", group: "page", weight: 1 },
      ],
      { askFrom: 0.42, thresholds: { enter: 0.55, exit: 0.3 } },
    ),
    situationOf(
      "lost",
      [
        { signal: "checkout", group: "cart", weight: 1 },
        { signal: "clicks", group: "page", weight: 0.6 },
      ],
      { maxDurationMs: 9 * hour, confidenceFloor: 0.7 },
    ),
  ],
});

/** Plays the shell: keeps state, snapshot and stored hits, loads the hits only when they are asked for. */
function customer() {
  let state: CustomerState = emptyCustomerState();
  let snapshot: CustomerState | null = null;
  let stored: SignalHit[] = [];
  let loads = 0;
  const transitions: SituationTransition[] = [];
  return {
    transitions,
    state: () => state,
    loads: () => loads,
    stored: () => stored,
    hear(events: DomainEvent[]) {
      const input = { catalog, customer: ada, state, snapshot, events, now: start };
      let followed = followEvents({ ...input, storedHits: null });
      if (followed.needsHits) {
        loads += 1;
        followed = followEvents({ ...input, storedHits: stored });
      }
      ({ state, snapshot } = followed);
      const after = snapshot?.evaluatedAt ?? -Infinity;
      stored = [...stored, ...followed.hits].filter((hit) => hit.occurredAt > after);
      transitions.push(...followed.transitions);
    },
    wait(now: number) {
      const evaluated = evaluateSituations({ catalog, customer: ada, state, now });
      state = evaluated.state;
      transitions.push(...evaluated.transitions);
    },
    status: () =>
      Object.entries(state.situations)
        .map(([key, { active, asked, spent, enteredAt }]) => ({ key, active, asked, spent, enteredAt }))
        .filter(({ active, asked, spent }) => active || asked || spent)
        .sort((a, b) => a.key.localeCompare(b.key)),
  };
}

/** Distinct minutes within the late window, so that everything may arrive in any order. */
const story = fc
  .uniqueArray(
    fc.record({
      at: fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: (lateWindowMs - minute) / minute })),
      name: fc.constantFrom("clicks", "clicks", "rage", "rage", "checkout begun", "checkout done"),
    }),
    { selector: ({ at }) => at, minLength: 1, maxLength: 40 },
  )
  .map((steps) => steps.map(({ at, name }, i) => trackEvent(`m${i}`, name, start + at * minute, { properties: { element: "pay" } })));

const shuffled = story.chain((events) =>
  fc.record({
    events: fc.constant(events),
    order: fc.shuffledSubarray(events, { minLength: events.length }),
    sizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: events.length, maxLength: events.length }),
    looks: fc.array(fc.boolean(), { minLength: events.length, maxLength: events.length }),
  }),
);

describe("law (b): situation status does not depend on the order of arrival within the late window", () => {
  it("any permutation, any batches, however often somebody looked in between", () => {
    fc.assert(
      fc.property(shuffled, ({ events, order, sizes, looks }) => {
        const inOrder = customer();
        inOrder.hear(events);
        const other = customer();
        let newest = 0;
        for (let i = 0, batch = 0; i < order.length; batch += 1) {
          const next = order.slice(i, i + (sizes[batch] ?? 1));
          other.hear(next);
          newest = Math.max(newest, ...next.map((event) => event.occurredAt));
          if (looks[batch]) other.wait(newest + (sizes[batch] ?? 0) * minute);
          i += next.length;
        }
        const end = start + lateWindowMs + 10 * minute;
        inOrder.wait(end);
        other.wait(end);
        expect(other.status()).toEqual(inOrder.status());
      }),
      { numRuns: 400 },
    );
  });

  it("law (c): no episode number is used twice, and entered and left alternate", () => {
    fc.assert(
      fc.property(shuffled, ({ order, looks }) => {
        const other = customer();
        order.forEach((event, i) => {
          other.hear([event]);
          if (looks[i]) other.wait(event.occurredAt + minute);
        });
        for (const key of catalog.situations.keys()) {
          const moves = other.transitions.filter(({ situation, kind }) => situation === key && kind !== "asked");
          expect(moves.map(({ kind, episode }) => `${kind} ${episode}`)).toEqual(
            moves.map((_, i) => `${i % 2 === 0 ? "entered" : "left"} ${Math.floor(i / 2) + 1}`),
          );
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("late events", () => {
  const rage = (at: number) => trackEvent(`r${at}`, "clicks", at);
  const begun = (at: number) => trackEvent(`b${at}`, "checkout begun", at);
  const done = (at: number) => trackEvent(`d${at}`, "checkout done", at);

  it("in order events never need the stored hits within a day", () => {
    const ada = customer();
    for (let i = 0; i < 20; i += 1) ada.hear([rage(start + i * hour)]);
    expect(ada.loads()).toBe(0);
  });

  it("a late completion takes back an episode that never was: the correction is retroactive", () => {
    const ada = customer();
    ada.hear([begun(start)]);
    ada.hear([rage(start + 3 * hour)]);
    ada.hear([done(start + hour)]);
    expect(ada.transitions.filter(({ situation }) => situation === "lost")).toMatchObject([
      { kind: "entered", at: start + 2 * hour, episode: 1, retroactive: false },
      { kind: "left", episode: 1, retroactive: true },
    ]);
    expect(ada.status().filter(({ key }) => key === "lost")).toEqual([]);
  });

  it("an event that shows an older episode makes a retroactive one, which may start nothing", () => {
    const ada = customer();
    ada.hear([rage(start), rage(start + 2 * hour)]);
    ada.hear([begun(start - 2 * hour)]);
    const entered = ada.transitions.find(({ situation, kind }) => situation === "lost" && kind === "entered");
    expect(entered).toMatchObject({ at: start, retroactive: true, episode: 1 });
  });

  it("a late event that proves nothing wrong makes no transition", () => {
    const ada = customer();
    ada.hear([begun(start + 4 * hour)]);
    ada.wait(start + 40 * hour);
    const before = ada.transitions.length;
    expect(ada.transitions.at(-1)).toMatchObject({ situation: "lost", kind: "left" });
    ada.hear([done(start)]);
    ada.wait(start + 41 * hour);
    expect(ada.loads()).toBe(1);
    expect(ada.transitions).toHaveLength(before);
  });

  it("an event older than the late window changes signal state and not status", () => {
    const ada = customer();
    ada.hear([rage(start)]);
    const before = ada.status();
    ada.hear([begun(start - lateWindowMs - 1)]);
    expect(ada.status()).toEqual(before);
    expect(ada.state().signals.checkout).toBeDefined();
    expect(ada.loads()).toBe(0);
  });

  it("the snapshot moves on about once a day, old hits leave the store, and nothing changes by it", () => {
    const moving = customer();
    for (let i = 0; i < 300; i += 1) moving.hear([rage(start + i * hour)]);
    expect(moving.loads()).toBeGreaterThan(5);
    expect(moving.loads()).toBeLessThan(20);
    expect(moving.stored().length).toBeLessThan((lateWindowMs + 2 * day) / hour);
    moving.hear([rage(start + 250 * hour + minute)]);
    const atOnce = customer();
    atOnce.hear([...Array.from({ length: 300 }, (_, i) => rage(start + i * hour)), rage(start + 250 * hour + minute)]);
    expect(moving.status()).toEqual(atOnce.status());
  });

  it("events of one millisecond are ordered by their message key, also across batches", () => {
    const begin = trackEvent("a", "checkout begun", start);
    const finish = trackEvent("b", "checkout done", start);
    const [one, other] = [customer(), customer()];
    one.hear([begin]);
    one.hear([finish]);
    other.hear([finish]);
    other.hear([begin]);
    expect(other.loads()).toBe(1);
    expect(other.state().evaluatedKey).toBe(one.state().evaluatedKey);
    expect(other.state().signals).toEqual(one.state().signals);
  });
});
