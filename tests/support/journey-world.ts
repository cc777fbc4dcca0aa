import type { CustomerView } from "#server/domain/customer.ts";
import type { Versioned } from "#server/domain/definitions/catalog.ts";
import type { Channel } from "#server/domain/definitions/common-fields.ts";
import type { JourneyDefinition, JourneyNode } from "#server/domain/definitions/journey.ts";
import type { HoldoutPolicy } from "#server/domain/definitions/policy.ts";
import type { DomainEvent } from "#server/domain/events.ts";
import type { Enrollment, Evidence } from "#server/domain/journeys/enrollment.ts";
import { type Entry, tryEnter } from "#server/domain/journeys/enter.ts";
import type { RuleFacts } from "#server/domain/rules/matches-rule.ts";

/** 1 July 2026, 12:00 UTC, a Wednesday. */
export const NOON = Date.UTC(2026, 6, 1, 12);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function aJourney(nodes: JourneyNode[], changes: Partial<JourneyDefinition> = {}): JourneyDefinition {
  return {
    key: "checkout_help",
    name: "Checkout help",
    description: "",
    purpose: "proactive_help",
    class: "help",
    topic: "checkout",
    priority: 50,
    whenOutranked: "hold",
    entry: { kind: "situation", situation: "checkout_trouble" },
    reentry: { mode: "always" },
    concurrency: "one",
    exitOn: { situationEnds: true },
    holdoutShare: 0,
    rolloutShare: 1,
    duplicateWindowMs: DAY,
    start: nodes[0]?.id ?? "start",
    nodes,
    ...changes,
  };
}

export function live<T>(definition: T, version = 1): Versioned<T> {
  return { version, contentHash: `hash-${version}`, definition };
}

export function aCustomer(changes: Partial<CustomerView> = {}): CustomerView {
  return {
    id: "customer-1",
    bucketKey: "bucket-1",
    userId: "u1",
    traits: {},
    locale: "en",
    timezone: "Europe/Berlin",
    timezoneSource: "told",
    ...changes,
  };
}

export function anEvent(name: string, occurredAt: number, changes: Partial<DomainEvent> = {}): DomainEvent {
  const messageKey = changes.messageKey ?? `${name}-${occurredAt}`;
  return {
    id: messageKey,
    messageKey,
    type: "track",
    name,
    occurredAt,
    receivedAt: occurredAt,
    sourceKey: "web",
    sourceKind: "server",
    verified: true,
    historical: false,
    properties: {},
    traits: {},
    context: {},
    userId: "u1",
    anonymousId: null,
    previousId: null,
    groupId: null,
    ...changes,
  };
}

export function factsOf(values: Readonly<Record<string, unknown>> = {}): RuleFacts {
  return { get: (field) => values[field] };
}

export const noHoldout: HoldoutPolicy = { kind: "holdout", key: "holdout", name: "Holdout", globalShare: 0, salt: "g1" };

export function someEvidence(situation = "checkout_trouble"): Evidence {
  return {
    situation,
    situationVersion: 1,
    score: 0.8,
    confidence: 0.9,
    confidenceFloor: 0.5,
    belowFloor: "silent",
    band: "act",
    contributions: [],
  };
}

export function anEntry(changes: Partial<Entry> = {}): Entry {
  return {
    kind: "situation",
    key: "checkout_trouble#1",
    at: NOON,
    facts: {},
    situation: { key: "checkout_trouble", episode: 1 },
    ...changes,
  };
}

/** An enrollment that has just been created, by the code that creates real ones. */
export function enrolled(journey: JourneyDefinition, entry: Entry = anEntry(), customer: CustomerView = aCustomer()): Enrollment {
  const result = tryEnter({
    journey: live(journey),
    customer,
    entry,
    existing: [],
    holdout: noHoldout,
    laterEvents: [],
    now: entry.at,
    newId: () => "e1",
  });
  if ("refused" in result) throw new Error(`the entry was refused: ${result.refused}`);
  return result.enrollment;
}

export const help = (id: string, next: string, channels: "auto" | Channel[] = "auto"): JourneyNode => ({
  id,
  kind: "help",
  response: "card_tip",
  channels,
  validForMs: HOUR,
  sensitive: false,
  expectedBenefit: 1,
  next,
});

export const ladder = (id: string, next: string, rungs: Channel[][] = [["in_page"], ["email"]], waitMs = 10 * MINUTE): JourneyNode => ({
  id,
  kind: "ladder",
  rungs: rungs.map((channels) => ({ response: "card_tip", channels, validForMs: HOUR, waitMs })),
  sensitive: false,
  expectedBenefit: 1,
  next,
});

export const waitFor = (id: string, ms: number, next: string): JourneyNode => ({ id, kind: "wait", mode: "for", ms, next });

export const untilEvent = (id: string, name: string, next: string, onTimeout: string, timeoutMs = DAY): JourneyNode => ({
  id,
  kind: "wait",
  mode: "until_event",
  match: { type: "track", name },
  timeoutMs,
  next,
  onTimeout,
});

export const exit = (id = "done", reason = "completed"): JourneyNode => ({ id, kind: "exit", reason });
