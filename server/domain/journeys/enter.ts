import type { CustomerView } from "../customer.ts";
import type { Versioned } from "../definitions/catalog.ts";
import type { JourneyDefinition } from "../definitions/journey.ts";
import type { HoldoutPolicy } from "../definitions/policy.ts";
import type { DomainEvent } from "../events.ts";
import { eventFacts, matchesEvent, matchesRule, type RuleFacts } from "../rules/matches-rule.ts";
import { offsetMsAt } from "../time/zone.ts";
import { inGlobalHoldout, inJourneyHoldout, inRollout } from "./assignment.ts";
import type { Enrollment, EnrollmentSummary, EntryKind } from "./enrollment.ts";
import { type EventPlace, isAfter } from "./event-place.ts";

/** Something that may start journeys. `at` is when it happened, epoch milliseconds. */
export type EntryTrigger =
  /** `retroactive`: a recomputation corrected the status; it never starts a journey. */
  | { kind: "situation"; situation: string; episode: number; at: number; retroactive: boolean }
  | { kind: "event"; event: DomainEvent }
  /** `zone` is the zone on whose wall clock the occurrence fell. */
  | { kind: "schedule"; journeyKey: string; occurrence: number; zone?: string }
  | { kind: "incident"; incidentId: string; on: "opened" | "resolved"; at: number; facts: Readonly<Record<string, unknown>> }
  /** `key` is the caller's idempotency key. */
  | { kind: "api"; journeyKey: string; key: string; at: number; facts: Readonly<Record<string, unknown>> };

/** A matched entry: what starts one enrollment, and its entry key. */
export type Entry = {
  kind: EntryKind;
  key: string;
  at: number;
  /** Properties of what started it; rules read them as `entry.<path>`. */
  facts: Readonly<Record<string, unknown>>;
  situation?: { key: string; episode: number };
  /** Too old to start anything (DESIGN §15 Old events). */
  historical?: boolean;
};

export type EntryRefusal =
  | "historical"
  | "not_valid_yet"
  | "no_longer_valid"
  | "already_entered"
  | "already_inside"
  | "reentry_once"
  | "reentry_too_soon"
  | "outside_rollout"
  | "goal_already_met"
  | "exit_already_met";

export type TryEnterInput = {
  journey: Versioned<JourneyDefinition>;
  customer: CustomerView;
  entry: Entry;
  /** Every enrollment of this customer in this journey, all versions, read under the customer lock. */
  existing: readonly EnrollmentSummary[];
  holdout: HoldoutPolicy;
  /** Stored events of the customer later than the entry, historical ones included. */
  laterEvents: readonly DomainEvent[];
  /** For matchers with rules over the customer. */
  facts?: RuleFacts;
  now: number;
  newId: () => string;
};

export type TryEnterResult = { enrollment: Enrollment } | { refused: EntryRefusal };

/**
 * Does the trigger start this journey, and as which entry? Null when it does not. Too old or retroactive triggers match and are
 * marked historical, so that `tryEnter` can say why they start nothing. `at` and the entry's facts come from the trigger alone.
 */
export function matchEntry(journey: JourneyDefinition, trigger: EntryTrigger, facts?: RuleFacts): Entry | null {
  const { entry } = journey;
  switch (trigger.kind) {
    case "situation":
      if (entry.kind !== "situation" || entry.situation !== trigger.situation) return null;
      return {
        kind: "situation",
        key: `${trigger.situation}#${trigger.episode}`,
        at: trigger.at,
        facts: {},
        situation: { key: trigger.situation, episode: trigger.episode },
        historical: trigger.retroactive,
      };
    case "event":
      return entry.kind === "event" && isEntryEvent(entry, trigger.event, facts)
        ? {
            kind: "event",
            key: trigger.event.messageKey,
            at: trigger.event.occurredAt,
            facts: trigger.event.properties,
            historical: trigger.event.historical,
          }
        : null;
    case "schedule":
      if (entry.kind !== "schedule" || trigger.journeyKey !== journey.key) return null;
      return {
        kind: "schedule",
        key: occurrenceKey(entry.zone, trigger.occurrence, trigger.zone),
        at: trigger.occurrence,
        facts: { occurrence: new Date(trigger.occurrence).toISOString() },
      };
    case "incident":
      if (entry.kind !== "incident" || entry.on !== trigger.on) return null;
      return { kind: "incident", key: trigger.incidentId, at: trigger.at, facts: trigger.facts };
    case "api":
      if (entry.kind !== "api" || trigger.journeyKey !== journey.key) return null;
      return { kind: "api", key: trigger.key, at: trigger.at, facts: trigger.facts };
  }
}

/**
 * On the customer's own clock an occurrence is named by what that clock shows: whoever travels meets each local date and time once,
 * not once per zone.
 */
function occurrenceKey(entryZone: string, occurrence: number, zone: string | undefined): string {
  if (entryZone !== "customer" || zone === undefined) return new Date(occurrence).toISOString();
  return new Date(occurrence + offsetMsAt(zone, occurrence)).toISOString().slice(0, 16);
}

function isEntryEvent(
  entry: Extract<JourneyDefinition["entry"], { kind: "event" }>,
  event: DomainEvent,
  facts: RuleFacts | undefined,
): boolean {
  if (!matchesEvent(entry.match, event, facts)) return false;
  return entry.where === undefined || matchesRule(entry.where, eventFacts(event, facts));
}

/**
 * Decides whether a matched entry starts an enrollment, and in which arm. Refusals come in a fixed order: age, validity, entry key,
 * concurrency, re-entry, goal or exit already met by a later event, rollout. Call under the customer lock with `existing` read
 * under it; the unique key (customer, journey, entry key) is the last word. The enrollment has not begun to walk: hand it to
 * `advance` with the stimulus `entered`.
 */
export function tryEnter(input: TryEnterInput): TryEnterResult {
  const refused = refusal(input);
  if (refused !== null) return { refused };
  const { journey, customer, entry, now } = input;
  const { key, holdoutShare, start } = journey.definition;
  const isHeldOut = inGlobalHoldout(input.holdout, customer.bucketKey) || inJourneyHoldout(key, holdoutShare, customer.bucketKey);
  return {
    enrollment: {
      id: input.newId(),
      customerId: customer.id,
      journeyKey: key,
      journeyVersion: journey.version,
      entryKind: entry.kind,
      entryKey: entry.key,
      arm: isHeldOut ? "holdout" : "treated",
      status: "active",
      nodeId: start,
      nodeEnteredAt: now,
      context: {
        entry: { ...entry.facts },
        entryAt: entry.at,
        ...(entry.situation && { situation: entry.situation }),
        arms: {},
        rung: 0,
        steps: 0,
        nodeVisit: 0,
        cursor: placeOf(entry),
      },
      fence: 0,
      enteredAt: now,
      eligibleAt: null,
      goalAt: null,
      endedAt: null,
      endReason: null,
    },
  };
}

function refusal(input: TryEnterInput): EntryRefusal | null {
  const { entry, existing, now, laterEvents, facts } = input;
  const journey = input.journey.definition;
  if (entry.historical === true) return "historical";
  if (journey.validFrom !== undefined && now < Date.parse(journey.validFrom)) return "not_valid_yet";
  if (journey.validUntil !== undefined && now >= Date.parse(journey.validUntil)) return "no_longer_valid";
  if (existing.some((other) => other.entryKey === entry.key)) return "already_entered";
  if (journey.concurrency === "one" && existing.some((other) => other.status === "active")) return "already_inside";
  if (journey.reentry.mode === "once" && existing.length > 0) return "reentry_once";
  if (journey.reentry.mode === "after") {
    const lastEntry = existing.reduce((latest, other) => Math.max(latest, other.enteredAt), Number.NEGATIVE_INFINITY);
    if (now - lastEntry < journey.reentry.ms) return "reentry_too_soon";
  }
  const place = placeOf(entry);
  const after = laterEvents.filter((event) => isAfter(event, place));
  const { goal, exitOn } = journey;
  if (goal && after.some((event) => event.occurredAt <= entry.at + goal.windowMs && matchesEvent(goal.match, event, facts))) {
    return "goal_already_met";
  }
  const exitEvent = exitOn.event;
  if (exitEvent && after.some((event) => matchesEvent(exitEvent, event, facts))) return "exit_already_met";
  return inRollout(journey.key, journey.rolloutShare, input.customer.bucketKey) ? null : "outside_rollout";
}

/** Where the entry stands among the customer's events. */
function placeOf(entry: Entry): EventPlace {
  return { at: entry.at, key: entry.kind === "event" ? entry.key : "" };
}
