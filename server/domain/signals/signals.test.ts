import { describe, expect, it, test } from "vitest";
import type { SignalDefinition } from "../definitions/signal.ts";
import type { DomainEvent } from "../events.ts";
import { applyEvents } from "./apply-events.ts";
import { applySignalTimer } from "./apply-timer.ts";
import { addDecayed, decay } from "./decay.ts";
import {
  catalogOf,
  changeSignal,
  countSignal,
  day,
  exitSignal,
  hour,
  minute,
  repeatSignal,
  second,
  start,
  trackEvent,
  valueSignal,
} from "./signals.fixture.ts";
import { emptyCustomerState, maxKeys } from "./state.ts";
import { signalStrength } from "./strength.ts";

function apply(definition: SignalDefinition, events: DomainEvent[], now = start) {
  const catalog = catalogOf({ signals: [definition] });
  const result = applyEvents({ catalog, state: emptyCustomerState(), events, now });
  return { ...result, catalog, at: (instant: number) => signalStrength(definition, result.state, instant) };
}

describe("decay", () => {
  it("reproduces the published exponentially weighted means with a half-life of four days", () => {
    const times = [0, 2, 9, 14, 16];
    const values = [0, 1, 2, null, 4];
    const published = [0, 0.585786, 1.523889, 1.523889, 3.233686];
    let weighted = { sum: 0, at: 0 };
    let weights = { sum: 0, at: 0 };
    times.forEach((time, i) => {
      const value = values[i];
      if (value !== null && value !== undefined) {
        weighted = addDecayed(weighted, value, time * day, 4 * day);
        weights = addDecayed(weights, 1, time * day, 4 * day);
      }
      const left = (sum: { sum: number; at: number }) => sum.sum * decay(time * day - sum.at, 4 * day);
      expect(left(weighted) / left(weights)).toBeCloseTo(published[i] ?? NaN, 6);
    });
  });

  it("halves in one half-life and never grows before its time", () => {
    expect(decay(hour, hour)).toBe(0.5);
    expect(decay(-hour, hour)).toBe(1);
  });
});

describe("count", () => {
  it("adds a weight per match and loses half of it in a half-life", () => {
    const { at } = apply(countSignal("clicks", { weight: 2 }), [trackEvent("a", "clicks", start), trackEvent("b", "clicks", start + hour)]);
    expect(at(start + hour).sum).toBeCloseTo(3, 12);
    expect(at(start + 2 * hour)).toMatchObject({ intensity: 1.5 / 2.5, confidence: 0.9, lastHitAt: start + hour });
  });

  it("counts the same event once, however often it is given in one call", () => {
    const event = trackEvent("a", "clicks", start);
    expect(apply(countSignal("clicks"), [event, event]).at(start).sum).toBe(1);
  });

  it("reads allowed sources only", () => {
    const { hits } = apply(countSignal("clicks", { sources: ["shop"] }), [
      trackEvent("a", "clicks", start),
      trackEvent("b", "clicks", start, { sourceKey: "shop" }),
    ]);
    expect(hits.map((hit) => hit.messageKey)).toEqual(["b"]);
  });

  it("trusts an old clue less once it is staler than the definition allows", () => {
    const { at } = apply(countSignal("clicks", { freshnessMs: hour }), [trackEvent("a", "clicks", start)]);
    expect(at(start + hour).confidence).toBeCloseTo(0.9, 12);
    expect(at(start + 2 * hour).confidence).toBeCloseTo(0.45, 12);
  });

  it("a signal named like a built-in property has no state it was not given", () => {
    expect(signalStrength(countSignal("constructor"), emptyCustomerState(), start).intensity).toBe(0);
  });
});

describe("value", () => {
  const late = (id: string, minutes: unknown) => trackEvent(id, "late", start, { properties: { minutes } });

  it("maps a number, also one written as text, through scale and saturation", () => {
    expect(apply(valueSignal("late"), [late("a", 20), late("b", "10")]).at(start)).toMatchObject({ sum: 3, intensity: 0.75 });
  });

  it("takes zero and less as no clue", () => expect(apply(valueSignal("late"), [late("a", 0), late("b", -5)]).hits).toEqual([]));

  it("loses confidence with each match whose value cannot be read", () => {
    const { at } = apply(valueSignal("late"), [late("a", 20), late("b", "soon"), late("c", undefined), late("d", {})]);
    expect(at(start)).toMatchObject({ sum: 2, confidence: 0.9 / 4 });
  });

  it("stays finite whatever a client sends", () => {
    const { at } = apply(valueSignal("late"), [late("a", 1e308), late("b", 1e308)]);
    expect(at(start).intensity).toBeLessThanOrEqual(1);
    expect(Number.isFinite(at(start).sum)).toBe(true);
  });
});

describe("repeat", () => {
  const click = (at: number, element = "pay") => trackEvent(`${at}-${element}`, "rage", at, { properties: { element } });

  /** posthog-js rageclick tests (MIT): clicks as [x, y, ms]; within 30 px is the same place here, told apart by tiles of 30 px. */
  const published: { clicks: [number, number, number][]; fires: number[] }[] = [
    {
      clicks: [
        [0, 0, 10],
        [10, 10, 20],
        [5, 5, 40],
        [5, 5, 50],
      ],
      fires: [40],
    },
    {
      clicks: [
        [0, 0, 10],
        [10, 10, 20],
        [5, 5, 40],
        [5, 5, 80],
        [5, 5, 100],
        [5, 5, 110],
        [5, 5, 1120],
        [5, 5, 1121],
        [5, 5, 1122],
      ],
      fires: [40, 1122],
    },
    {
      clicks: [
        [0, 0, 10],
        [10, 10, 20],
        [5, 5, 40],
        [5, 5, 80],
        [5, 5, 100],
        [5, 5, 110],
        [36, 5, 120],
        [36, 5, 130],
        [36, 5, 140],
      ],
      fires: [40, 140],
    },
  ];
  test.each(published)("fires where posthog's rage click fires: $fires", ({ clicks, fires }) => {
    const definition = repeatSignal("rage", { weight: 1, halfLifeMs: 400 * day });
    const fired: number[] = [];
    clicks.forEach(([, , ms], index) => {
      const so = clicks.slice(0, index + 1).map(([x, y, at]) => click(start + at, `${Math.floor(x / 30)}:${Math.floor(y / 30)}`));
      const { lastHitAt } = apply(definition, so).at(start + ms);
      // A long burst keeps only its newest clicks, so its hit may move on; a click fires when it makes one hit more.
      const sum = Math.round(apply(definition, so).at(start + ms).sum);
      const before = index === 0 ? 0 : Math.round(apply(definition, so.slice(0, -1)).at(start + ms).sum);
      if (lastHitAt !== null && sum > before) fired.push(ms);
    });
    expect(fired).toEqual(fires);
  });

  it("needs the same key each time and distinct times", () => {
    const { at } = apply(repeatSignal("rage"), [
      click(start),
      click(start + 1),
      click(start + 2, "other"),
      trackEvent("x", "rage", start + 1, { properties: { element: "pay" } }),
    ]);
    expect(at(start + 2).intensity).toBe(0);
  });

  it("is one hit per window in one long burst, and arms again after it", () => {
    const times = [0, 100, 200, 300, 400, 1_300, 1_400, 1_500];
    const { at } = apply(
      repeatSignal("rage", { times: 4, withinMs: second, halfLifeMs: 400 * day }),
      times.map((ms) => click(start + ms)),
    );
    expect(at(start + 1_500).sum).toBeCloseTo(1, 6);
  });

  it("a late click between two others makes the hit it would have made in time", () => {
    const { at } = apply(repeatSignal("rage"), [click(start), click(start + 20), click(start + 10)]);
    expect(at(start + 20)).toMatchObject({ sum: 1, lastHitAt: start + 20 });
  });

  it("keeps the newest keys and tells how many it dropped", () => {
    const events = Array.from({ length: maxKeys + 5 }, (_, i) => click(start + i, `e${i}`));
    const { state, dropped } = apply(repeatSignal("rage"), events);
    expect(state.signals.rage).toMatchObject({ kind: "repeat" });
    expect(dropped.reduce((sum, { count }) => sum + count, 0)).toBe(5);
    expect(JSON.stringify(state)).not.toContain('"e0"');
    expect(JSON.stringify(state)).toContain(`"e${maxKeys + 4}"`);
  });

  it("keys such as __proto__ are keys like others", () => {
    const { at } = apply(
      repeatSignal("rage"),
      [0, 1, 2].map((ms) => click(start + ms, "__proto__")),
    );
    expect(at(start + 2).sum).toBe(1);
  });
});

describe("exit", () => {
  const checkout = exitSignal("checkout", { keyField: "properties.cart" });
  const begun = (at: number, cart = "c1") => trackEvent(`b${at}${cart}`, "checkout begun", at, { properties: { cart } });
  const done = (at: number, cart = "c1") => trackEvent(`d${at}${cart}`, "checkout done", at, { properties: { cart } });

  it("becomes a clue at the deadline, not before, and sets the timer for it", () => {
    const { at, timers } = apply(checkout, [begun(start)]);
    expect(at(start + 10 * minute - 1).intensity).toBe(0);
    expect(at(start + 10 * minute)).toMatchObject({ sum: 1, lastHitAt: start + 10 * minute });
    expect(timers).toEqual([{ op: "set", kind: "signal_exit", ref: "checkout", dueAt: start + 10 * minute }]);
  });

  it("a completion cancels the timer, and one that arrives late takes the hit back", () => {
    const { catalog, state } = apply(checkout, [begun(start)]);
    const later = applyEvents({ catalog, state, events: [done(start + minute)], now: start + minute });
    expect(later.timers).toEqual([{ op: "cancel", kind: "signal_exit", ref: "checkout" }]);
    expect(signalStrength(checkout, later.state, start + hour).intensity).toBe(0);
  });

  it("a completion of another key, or one before the begin, changes nothing", () => {
    const { at } = apply(checkout, [begun(start), done(start + 1, "c2"), done(start - 1)]);
    expect(at(start + 10 * minute).sum).toBe(1);
  });

  it("keeps one timer, at the earliest deadline, and the next one when it fires", () => {
    const { catalog, state, timers } = apply(checkout, [begun(start), begun(start + minute, "c2")]);
    expect(timers).toMatchObject([{ dueAt: start + 10 * minute }]);
    const now = start + 10 * minute;
    const timer = { kind: "signal_exit", ref: "checkout", dueAt: now, payload: null };
    expect(applySignalTimer({ catalog, state, timer, now }).timers).toMatchObject([{ op: "set", dueAt: start + 11 * minute }]);
    expect(applySignalTimer({ catalog, state, timer, now: start + hour }).timers).toEqual([]);
  });

  it("sets no timer for a deadline that has passed when the event arrives", () => {
    expect(apply(checkout, [begun(start)], start + hour).timers).toEqual([]);
  });

  it("pairs begin and completion without a key when none is named", () => {
    const plain = exitSignal("checkout");
    expect(apply(plain, [begun(start), done(start + 1, "other")]).at(start + hour).intensity).toBe(0);
  });
});

describe("change", () => {
  const visits = (days: number[]) => days.map((d, i) => trackEvent(`v${i}`, "visit", start + d * day));
  const daily = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

  it("has no value before enough events and two long windows", () => {
    expect(apply(changeSignal("visit", { minBaselineEvents: 50 }), visits(daily(0, 40))).at(start + 45 * day).intensity).toBe(0);
    const young = apply(changeSignal("visit"), visits(daily(0, 12)));
    expect(young.at(start + 13.9 * day).intensity).toBe(0);
    expect(young.at(start + 14 * day).intensity).toBeGreaterThan(0);
  });

  it("sees neither drop nor rise in a steady customer", () => {
    const steady = visits(Array.from({ length: 400 }, (_, i) => i / 10));
    const now = start + 39.95 * day;
    expect(apply(changeSignal("visit"), steady).at(now).sum).toBeLessThan(0.1);
    expect(apply(changeSignal("visit", { direction: "rise" }), steady).at(now).sum).toBeLessThan(0.1);
  });

  it("a drop grows while nothing comes, step by step with a timer each, and fades when long past", () => {
    const now = start + 39 * day;
    const { at, timers, catalog, state } = apply(changeSignal("visit"), visits(daily(0, 40)), now);
    expect(timers).toEqual([{ op: "set", kind: "signal_change", ref: "visit", dueAt: now + day }]);
    expect(at(now + 3 * day).sum).toBeGreaterThan(at(now + day).sum);
    expect(at(now + 3 * day).sum).toBeGreaterThan(0.6);
    expect(at(now + 300 * day).sum).toBeLessThan(0.01);
    const timer = { kind: "signal_change", ref: "visit", dueAt: now + day, payload: null };
    expect(applySignalTimer({ catalog, state, timer, now: now + day }).timers).toMatchObject([{ dueAt: now + 2 * day }]);
  });

  it("sees a rise against the customer's own pace", () => {
    const burst = [...daily(0, 30), ...Array.from({ length: 20 }, (_, i) => 30 + i / 20)];
    expect(apply(changeSignal("visit", { direction: "rise" }), visits(burst)).at(start + 31 * day).sum).toBeGreaterThan(1);
    expect(apply(changeSignal("visit"), visits(burst)).at(start + 31 * day).sum).toBe(0);
  });
});

it("a definition that throws is named and hurts no other", () => {
  const broken = countSignal("broken", { match: { type: "track", name: "clicks", where: { field: "properties.trap", op: "exists" } } });
  const catalog = catalogOf({ signals: [broken, countSignal("clicks")] });
  const properties = {
    get trap(): unknown {
      throw new Error("boom");
    },
  };
  const { state, faults } = applyEvents({
    catalog,
    state: emptyCustomerState(),
    events: [trackEvent("a", "clicks", start, { properties })],
    now: start,
  });
  expect(faults).toEqual([{ kind: "signal", key: "broken", version: 1, message: "boom" }]);
  expect(Object.keys(state.signals)).toEqual(["clicks"]);
});
