import type { CustomerView } from "../customer.ts";
import type { Catalog } from "../definitions/catalog.ts";
import { defaultPolicies } from "../definitions/default-policies.ts";
import type { SegmentDefinition } from "../definitions/segment.ts";
import type { SignalDefinition } from "../definitions/signal.ts";
import type { SituationDefinition } from "../definitions/situation.ts";
import type { DomainEvent } from "../events.ts";

export const second = 1_000;
export const minute = 60_000;
export const hour = 3_600_000;
export const day = 86_400_000;
export const start = 1_780_000_000_000;

type Kind<K extends SignalDefinition["kind"]> = Extract<SignalDefinition, { kind: K }>;

const base = {
  name: "A clue",
  clue: { en: "something happened" },
  purpose: "proactive_help" as const,
  sources: ["*"],
  halfLifeMs: hour,
  saturation: 1,
  reliability: { alpha: 9, beta: 1 },
};

export function countSignal(key: string, change: Partial<Kind<"count">> = {}): Kind<"count"> {
  return { ...base, key, kind: "count", match: { type: "track", name: key }, weight: 1, ...change };
}

export function valueSignal(key: string, change: Partial<Kind<"value">> = {}): Kind<"value"> {
  return { ...base, key, kind: "value", match: { type: "track", name: key }, field: "properties.minutes", scale: 0.1, ...change };
}

export function repeatSignal(key: string, change: Partial<Kind<"repeat">> = {}): Kind<"repeat"> {
  const match = { type: "track" as const, name: key };
  return { ...base, key, kind: "repeat", match, keyField: "properties.element", times: 3, withinMs: second, weight: 1, ...change };
}

export function exitSignal(key: string, change: Partial<Kind<"exit">> = {}): Kind<"exit"> {
  return {
    ...base,
    key,
    kind: "exit",
    begin: { type: "track", name: `${key} begun` },
    complete: { type: "track", name: `${key} done` },
    withinMs: 10 * minute,
    weight: 1,
    ...change,
  };
}

export function changeSignal(key: string, change: Partial<Kind<"change">> = {}): Kind<"change"> {
  return {
    ...base,
    key,
    kind: "change",
    match: { type: "track", name: key },
    direction: "drop",
    halfLifeMs: 30 * day,
    shortHalfLifeMs: day,
    longHalfLifeMs: 7 * day,
    minBaselineEvents: 10,
    ...change,
  };
}

export function situationOf(
  key: string,
  signals: SituationDefinition["signals"],
  change: Partial<SituationDefinition> = {},
): SituationDefinition {
  return {
    key,
    name: "A situation",
    meaning: { en: "it matters" },
    signals,
    minGroups: 1,
    thresholds: { enter: 0.45, exit: 0.25 },
    segmentThresholds: [],
    confidenceFloor: 0,
    belowFloor: "ask",
    ...change,
  };
}

export function catalogOf(parts: {
  signals?: SignalDefinition[];
  situations?: SituationDefinition[];
  segments?: SegmentDefinition[];
}): Catalog {
  const live = <T extends { key: string }>(definitions: T[] = []) =>
    new Map(definitions.map((definition) => [definition.key, { version: 1, contentHash: "", definition }]));
  return {
    epoch: 1,
    signals: live(parts.signals),
    situations: live(parts.situations),
    segments: live(parts.segments),
    responses: new Map(),
    journeys: new Map(),
    journeyVersions: new Map(),
    policies: defaultPolicies,
    suspended: [],
    company: { name: "Shop", timezone: "UTC", locale: "en" },
  };
}

export const ada: CustomerView = {
  id: "00000000-0000-7000-8000-000000000001",
  bucketKey: "u:ada",
  userId: "ada",
  traits: { plan: "pro" },
  locale: "en",
  timezone: "UTC",
  timezoneSource: "company",
};

/** A track event at `at`, told apart by `id`. */
export function trackEvent(id: string, name: string, at: number, change: Partial<DomainEvent> = {}): DomainEvent {
  return {
    id,
    messageKey: id,
    type: "track",
    name,
    occurredAt: at,
    receivedAt: at,
    sourceKey: "web",
    sourceKind: "server",
    verified: true,
    historical: false,
    properties: {},
    traits: {},
    context: {},
    userId: "ada",
    anonymousId: null,
    previousId: null,
    groupId: null,
    ...change,
  };
}
