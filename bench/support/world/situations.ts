import type { SegmentDefinition } from "#server/domain/definitions/segment.ts";
import type { SignalDefinition } from "#server/domain/definitions/signal.ts";
import type { SituationDefinition } from "#server/domain/definitions/situation.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

/** Five areas of a product, each with a situation of four signals: three faint ones, whose events are the traffic, and a strong one. */
const areas = ["checkout", "delivery", "sign_in", "search", "billing"] as const;
type Area = (typeof areas)[number];

/** The event that alone puts a customer into the situation of an area. */
export const strongEvents = areas.map((area) => `${area} broke down`);
/** Fifteen events that match one signal each and change nothing by themselves. */
export const faintEvents = areas.flatMap((area) => [`${area} failed`, `${area} repeated`, `${area} measured`]);

function base(area: Area, kind: string) {
  return {
    key: `${area}_${kind}`,
    name: `${area} ${kind}`,
    clue: { en: `something in ${area} did not work` },
    purpose: "proactive_help" as const,
    sources: ["*"],
    halfLifeMs: HOUR,
    saturation: 100,
    reliability: { alpha: 19, beta: 1 },
  };
}

/** The second faint signal of each area is of a kind of its own: repetition, a step left, a change of habit. */
function secondSignal(area: Area): SignalDefinition {
  const match = { type: "track" as const, name: `${area} repeated` };
  const index = areas.indexOf(area);
  if (index < 2) {
    return { ...base(area, "repeated"), kind: "repeat", match, keyField: "properties.step", times: 3, withinMs: 3 * SECOND, weight: 1 };
  }
  if (index < 4) {
    const complete = { type: "track" as const, name: `${area} completed` };
    return { ...base(area, "left"), kind: "exit", begin: match, complete, withinMs: HOUR, weight: 1 };
  }
  const halfLives = { shortHalfLifeMs: DAY, longHalfLifeMs: 30 * DAY };
  return { ...base(area, "drop"), kind: "change", match, direction: "drop", ...halfLives, minBaselineEvents: 20 };
}

function signalsOf(area: Area): SignalDefinition[] {
  const where = { field: "properties.step", op: "exists" as const };
  return [
    { ...base(area, "failed"), kind: "count", match: { type: "track", name: `${area} failed`, where }, weight: 1 },
    secondSignal(area),
    {
      ...base(area, "measured"),
      kind: "value",
      match: { type: "track", name: `${area} measured` },
      field: "properties.value",
      scale: 0.01,
    },
    { ...base(area, "broke"), kind: "count", match: { type: "track", name: `${area} broke down` }, weight: 1, saturation: 0.05 },
  ];
}

export const benchSignals: SignalDefinition[] = areas.flatMap(signalsOf);

export const benchSegments: SegmentDefinition[] = [
  { key: "gold_customers", name: "Gold customers", rule: { field: "traits.plan", op: "eq", value: "gold" } },
  { key: "known_customers", name: "Known customers", rule: { field: "customer.known", op: "eq", value: true } },
];

export const benchSituations: SituationDefinition[] = areas.map((area) => {
  const [failed, second, measured, broke] = signalsOf(area).map((signal) => signal.key);
  const member = (signal: string | undefined, group: string, weight: number) => ({ signal: signal ?? "", group, weight });
  return {
    key: `${area}_friction`,
    name: `Friction in ${area}`,
    meaning: { en: `${area} seems harder than it should be` },
    signals: [member(failed, "errors", 0.8), member(second, "errors", 0.9), member(measured, "waiting", 0.7), member(broke, "broken", 1)],
    minGroups: 1,
    thresholds: { enter: 0.6, exit: 0.3 },
    segmentThresholds: [{ segment: "gold_customers", enter: 0.5, exit: 0.25 }],
    confidenceFloor: 0.5,
    belowFloor: "silent",
    maxDurationMs: DAY,
  };
});
