import { describe, expect, it } from "vitest";
import { type JourneyDefinition, journeySchema } from "#server/domain/definitions/journey.ts";
import { ENTRY_ID, layOut, stepsOf } from "./journey-graph.ts";

const journey: JourneyDefinition = journeySchema.parse({
  key: "delay",
  name: "Delay",
  description: "",
  purpose: "service",
  class: "service",
  topic: "delivery",
  priority: 50,
  whenOutranked: "hold",
  entry: { kind: "situation", situation: "late_parcel" },
  reentry: { mode: "always" },
  concurrency: "one",
  exitOn: { situationEnds: true },
  holdoutShare: 0.1,
  rolloutShare: 1,
  duplicateWindowMs: 86_400_000,
  start: "choose",
  nodes: [
    { id: "island", kind: "exit", reason: "never" },
    { id: "done", kind: "exit", reason: "done" },
    {
      id: "tell",
      kind: "help",
      response: "delay_note",
      channels: "auto",
      validForMs: 3_600_000,
      sensitive: false,
      expectedBenefit: 5,
      next: "done",
    },
    {
      id: "choose",
      kind: "branch",
      cases: [{ name: "very late", rule: { field: "entry.days", op: "gt", value: 3 }, next: "tell" }],
      otherwise: "done",
    },
  ],
});

describe("stepsOf", () => {
  it("tells the journey in the order in which one walks it, unreachable steps last", () => {
    expect(stepsOf(journey, {}).map((step) => step.id)).toEqual([ENTRY_ID, "choose", "tell", "done", "island"]);
  });

  it("uses the names behind the keys", () => {
    const steps = stepsOf(journey, { late_parcel: "Late parcel", delay_note: "A word about the delay" });
    expect(steps[0]?.title).toBe("When a customer enters Late parcel");
    expect(steps[2]?.title).toBe("A word about the delay");
  });
});

describe("layOut", () => {
  it("puts every step below the one that leads to it", () => {
    const { steps, ways } = layOut(stepsOf(journey, {}));
    const top = new Map(steps.map((step) => [step.id, step.y]));
    for (const way of ways) expect(top.get(way.to)).toBeGreaterThan(top.get(way.from) ?? 0);
  });

  it("draws no way to a step that does not exist", () => {
    const broken = { ...journey, start: "nowhere" };
    expect(layOut(stepsOf(broken, {})).ways.some((way) => way.to === "nowhere")).toBe(false);
  });
});
