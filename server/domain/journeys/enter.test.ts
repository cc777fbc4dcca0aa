import { describe, expect, it } from "vitest";
import {
  aCustomer,
  aJourney,
  anEntry,
  anEvent,
  DAY,
  exit,
  factsOf,
  HOUR,
  live,
  MINUTE,
  NOON,
  noHoldout,
} from "../../../tests/support/journey-world.ts";
import type { JourneyDefinition } from "../definitions/journey.ts";
import { enrollmentContextSchema } from "./enrollment.ts";
import { matchEntry, type TryEnterInput, tryEnter } from "./enter.ts";

const journeyWith = (changes: Partial<JourneyDefinition> = {}) => aJourney([exit()], changes);

function attempt(changes: Partial<JourneyDefinition> = {}, input: Partial<TryEnterInput> = {}) {
  const result = tryEnter({
    journey: live(journeyWith(changes), 3),
    customer: aCustomer(),
    entry: anEntry(),
    existing: [],
    holdout: noHoldout,
    laterEvents: [],
    now: NOON + MINUTE,
    newId: () => "e1",
    ...input,
  });
  return "refused" in result ? result.refused : result.enrollment;
}

describe("which triggers start a journey", () => {
  it("a situation starts it once per episode", () => {
    const trigger = { kind: "situation", situation: "checkout_trouble", episode: 4, at: NOON, retroactive: false } as const;
    expect(matchEntry(journeyWith(), trigger)).toMatchObject({
      kind: "situation",
      key: "checkout_trouble#4",
      at: NOON,
      situation: { key: "checkout_trouble", episode: 4 },
      historical: false,
    });
    expect(matchEntry(journeyWith(), { ...trigger, situation: "other" })).toBeNull();
    expect(matchEntry(journeyWith(), { ...trigger, retroactive: true })?.historical).toBe(true);
  });

  it("an event starts it when matcher and rule hold, and its properties become the entry", () => {
    const journey = journeyWith({
      entry: {
        kind: "event",
        match: { type: "track", name: "Order Delayed" },
        where: {
          all: [
            { field: "properties.minutes", op: "gte", value: 30 },
            { field: "traits.plan", op: "eq", value: "pro" },
          ],
        },
      },
    });
    const event = anEvent("Order Delayed", NOON, { messageKey: "m1", properties: { minutes: 45 } });
    const facts = factsOf({ "traits.plan": "pro" });
    expect(matchEntry(journey, { kind: "event", event }, facts)).toMatchObject({
      kind: "event",
      key: "m1",
      at: NOON,
      facts: { minutes: 45 },
    });
    expect(matchEntry(journey, { kind: "event", event }, factsOf())).toBeNull();
    expect(matchEntry(journey, { kind: "event", event: anEvent("Order Delayed", NOON, { properties: { minutes: 5 } }) }, facts)).toBeNull();
    expect(matchEntry(journey, { kind: "event", event: { ...event, historical: true } }, facts)?.historical).toBe(true);
  });

  it("a schedule, an incident or a caller starts only the journey meant", () => {
    const scheduled = journeyWith({ entry: { kind: "schedule", cron: "0 9 * * *", zone: "customer", segment: "all_people" } });
    expect(matchEntry(scheduled, { kind: "schedule", journeyKey: "checkout_help", occurrence: NOON })?.key).toBe(
      "2026-07-01T12:00:00.000Z",
    );
    expect(matchEntry(scheduled, { kind: "schedule", journeyKey: "other", occurrence: NOON })).toBeNull();
    const onIncident = journeyWith({ entry: { kind: "incident", on: "resolved" } });
    const incident = { kind: "incident", incidentId: "i1", at: NOON, facts: { area: "checkout" } } as const;
    expect(matchEntry(onIncident, { ...incident, on: "resolved" })).toMatchObject({ key: "i1", facts: { area: "checkout" } });
    expect(matchEntry(onIncident, { ...incident, on: "opened" })).toBeNull();
    const called = journeyWith({ entry: { kind: "api" } });
    expect(matchEntry(called, { kind: "api", journeyKey: "checkout_help", key: "k1", at: NOON, facts: {} })?.key).toBe("k1");
    expect(matchEntry(journeyWith(), { kind: "api", journeyKey: "checkout_help", key: "k1", at: NOON, facts: {} })).toBeNull();
  });
});

describe("a schedule on the customer's own clock", () => {
  it("comes once for each local date and time, also to somebody who travels west on that day", () => {
    const keyIn = (entryZone: string, zone: string, occurrence: number) => {
      const journey = journeyWith({ entry: { kind: "schedule", cron: "0 9 * * *", zone: entryZone, segment: "all_people" } });
      return matchEntry(journey, { kind: "schedule", journeyKey: "checkout_help", occurrence, zone })?.key;
    };
    const berlin = Date.UTC(2026, 6, 1, 7);
    const newYork = Date.UTC(2026, 6, 1, 13);
    expect(keyIn("customer", "Europe/Berlin", berlin)).toBe("2026-07-01T09:00");
    expect(keyIn("customer", "America/New_York", newYork)).toBe("2026-07-01T09:00");
    expect(keyIn("company", "Europe/Berlin", berlin)).toBe("2026-07-01T07:00:00.000Z");
  });
});

describe("entering", () => {
  it("creates an enrollment on the version given, standing at the start and not yet walking", () => {
    const enrollment = attempt();
    expect(enrollment).toMatchObject({
      id: "e1",
      journeyVersion: 3,
      entryKey: "checkout_trouble#1",
      arm: "treated",
      status: "active",
      nodeId: "done",
      fence: 0,
      enteredAt: NOON + MINUTE,
      context: { entryAt: NOON, steps: 0 },
    });
    if (typeof enrollment === "string") throw new Error(enrollment);
    expect(enrollmentContextSchema.parse(JSON.parse(JSON.stringify(enrollment.context)))).toEqual(enrollment.context);
  });

  const past = (entryKey: string, status: "active" | "ended", enteredAt: number) => ({ entryKey, status, enteredAt });

  it.each<[string, Partial<JourneyDefinition>, Partial<TryEnterInput>, string]>([
    ["what started it is history", {}, { entry: anEntry({ historical: true }) }, "historical"],
    ["the journey is not valid yet", { validFrom: "2026-07-02T00:00:00Z" }, {}, "not_valid_yet"],
    ["the journey is no longer valid", { validUntil: "2026-07-01T12:01:00Z" }, {}, "no_longer_valid"],
    ["this entry was used before, whatever its version", {}, { existing: [past("checkout_trouble#1", "ended", 0)] }, "already_entered"],
    ["the customer is inside and may be so once", {}, { existing: [past("checkout_trouble#0", "active", 0)] }, "already_inside"],
    ["a journey for once was entered before", { reentry: { mode: "once" } }, { existing: [past("x", "ended", 0)] }, "reentry_once"],
    [
      "the last entry is too recent",
      { reentry: { mode: "after", ms: DAY } },
      { existing: [past("x", "ended", NOON - DAY + 2 * MINUTE), past("y", "ended", 0)] },
      "reentry_too_soon",
    ],
    ["the customer is outside of the rollout", { rolloutShare: 0 }, {}, "outside_rollout"],
    [
      "a later event has met the goal",
      { goal: { match: { type: "track", name: "Order Completed" }, windowMs: HOUR } },
      { laterEvents: [anEvent("Order Completed", NOON + 1, { historical: true })] },
      "goal_already_met",
    ],
    [
      "a later event has met the exit rule",
      { exitOn: { situationEnds: false, event: { type: "track", name: "Signed Out" } } },
      { laterEvents: [anEvent("Signed Out", NOON)] },
      "exit_already_met",
    ],
  ])("is refused when %s", (_, journey, input, expected) => {
    expect(attempt(journey, input)).toBe(expected);
  });

  it.each<[string, Partial<JourneyDefinition>, Partial<TryEnterInput>]>([
    ["from the moment the journey is valid", { validFrom: "2026-07-01T12:01:00Z", validUntil: "2026-07-01T12:01:01Z" }, {}],
    ["while inside, when that is allowed", { concurrency: "many" }, { existing: [past("x", "active", NOON)] }],
    [
      "when the time since the last entry is over",
      { reentry: { mode: "after", ms: DAY } },
      { existing: [past("x", "ended", NOON + MINUTE - DAY)] },
    ],
    [
      "when the goal was met before the entry or behind its window",
      { goal: { match: { type: "track", name: "Order Completed" }, windowMs: HOUR } },
      { laterEvents: [anEvent("Order Completed", NOON - 1), anEvent("Order Completed", NOON + HOUR + 1)] },
    ],
  ])("is allowed %s", (_, journey, input) => {
    expect(attempt(journey, input)).toMatchObject({ status: "active" });
  });

  it("does not take the starting event itself for its goal", () => {
    const match = { type: "track", name: "Order Completed" } as const;
    const event = anEvent("Order Completed", NOON, { messageKey: "m5" });
    const entry = anEntry({ kind: "event", key: "m5", situation: undefined });
    const goal = { match, windowMs: HOUR };
    expect(attempt({ entry: { kind: "event", match }, goal }, { entry, laterEvents: [event] })).toMatchObject({ status: "active" });
    const second = anEvent("Order Completed", NOON, { messageKey: "m6" });
    expect(attempt({ entry: { kind: "event", match }, goal }, { entry, laterEvents: [event, second] })).toBe("goal_already_met");
  });

  it("fixes the arm at entry: by the journey's holdout or by the global one", () => {
    const armOf = (holdoutShare: number, globalShare: number) => {
      const enrollment = attempt({ holdoutShare }, { holdout: { ...noHoldout, globalShare } });
      return typeof enrollment === "string" ? enrollment : enrollment.arm;
    };
    expect(armOf(0, 0)).toBe("treated");
    expect(armOf(1, 0)).toBe("holdout");
    expect(armOf(0, 1)).toBe("holdout");
  });
});
