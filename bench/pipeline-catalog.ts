import type { Catalog } from "#server/domain/definitions/catalog.ts";
import { defaultPolicies } from "#server/domain/definitions/default-policies.ts";
import { type JourneyDefinition, journeySchema } from "#server/domain/definitions/journey.ts";
import { type SignalDefinition, signalSchema } from "#server/domain/definitions/signal.ts";
import { type SituationDefinition, situationSchema } from "#server/domain/definitions/situation.ts";

const minute = 60_000;
const hour = 60 * minute;

/** 20 signals of all kinds, each on an event of its own; `rare_*` events are the strong ones that situations are entered by. */
function signals(): SignalDefinition[] {
  return Array.from({ length: 20 }, (_, n) => {
    const base = {
      key: `signal_${n}`,
      name: `Signal ${n}`,
      clue: { en: `clue ${n}` },
      purpose: "proactive_help",
      sources: ["*"],
      halfLifeMs: hour,
      saturation: 5,
      reliability: { alpha: 9, beta: 1 },
    };
    const match = { type: "track", name: `Event ${n}` };
    if (n < 5)
      return signalSchema.parse({ ...base, saturation: 0.1, kind: "count", match: { type: "track", name: `Rare ${n}` }, weight: 1 });
    if (n < 10) return signalSchema.parse({ ...base, kind: "repeat", match, keyField: "element", times: 3, withinMs: 10_000, weight: 1 });
    if (n < 13) return signalSchema.parse({ ...base, kind: "value", match, field: "minutes", scale: 0.01 });
    if (n < 15) {
      return signalSchema.parse({
        ...base,
        kind: "change",
        match,
        direction: "rise",
        shortHalfLifeMs: hour,
        longHalfLifeMs: 24 * hour,
        minBaselineEvents: 10,
      });
    }
    return signalSchema.parse({ ...base, kind: "count", match, weight: 0.1 });
  });
}

function situations(): SituationDefinition[] {
  return Array.from({ length: 5 }, (_, n) =>
    situationSchema.parse({
      key: `situation_${n}`,
      name: `Situation ${n}`,
      meaning: { en: "trouble" },
      signals: [0, 5, 10, 15].map((from) => ({ signal: `signal_${from + n}`, group: `group_${from}`, weight: from === 0 ? 1 : 0.2 })),
      minGroups: 1,
      thresholds: { enter: 0.75, exit: 0.2 },
      segmentThresholds: [],
      confidenceFloor: 0.1,
      belowFloor: "silent",
    }),
  );
}

function journeys(): JourneyDefinition[] {
  return Array.from({ length: 10 }, (_, n) =>
    journeySchema.parse({
      key: `journey_${n}`,
      name: `Journey ${n}`,
      description: "",
      purpose: "proactive_help",
      class: "help",
      topic: "checkout",
      priority: 50,
      whenOutranked: "hold",
      entry: n < 5 ? { kind: "situation", situation: `situation_${n}` } : { kind: "event", match: { type: "track", name: `Start ${n}` } },
      reentry: { mode: "after", ms: 24 * hour },
      concurrency: "one",
      exitOn: { situationEnds: false },
      goal: { match: { type: "track", name: "Order Completed" }, windowMs: 7 * 24 * hour },
      holdoutShare: 0.1,
      rolloutShare: 1,
      duplicateWindowMs: 24 * hour,
      start: "pause",
      nodes: [
        { id: "pause", kind: "wait", mode: "for", ms: 10 * minute, next: "help" },
        {
          id: "help",
          kind: "help",
          response: "help",
          channels: "auto",
          validForMs: hour,
          sensitive: false,
          expectedBenefit: 1,
          next: "done",
        },
        { id: "done", kind: "exit", reason: "done" },
      ],
    }),
  );
}

/** The load of the throughput goal: 20 signals, 5 situations, 10 journeys. */
export function benchCatalog(): Catalog {
  const live = <T extends { key: string }>(definitions: readonly T[]) =>
    new Map(definitions.map((definition) => [definition.key, { version: 1, contentHash: definition.key, definition }]));
  const liveJourneys = live(journeys());
  return {
    epoch: 1,
    signals: live(signals()),
    situations: live(situations()),
    segments: new Map(),
    responses: new Map(),
    journeys: liveJourneys,
    journeyVersions: new Map([...liveJourneys].map(([key, journey]) => [`${key}@1`, journey])),
    policies: { ...defaultPolicies },
    suspended: [],
    company: { name: "Bench", timezone: "UTC", locale: "en" },
  };
}
