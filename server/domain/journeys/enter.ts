import type { CustomerView } from "../customer.ts";
import type { Versioned } from "../definitions/catalog.ts";
import type { JourneyDefinition } from "../definitions/journey.ts";
import type { HoldoutPolicy } from "../definitions/policy.ts";
import type { DomainEvent } from "../events.ts";
import type { RuleFacts } from "../rules/matches-rule.ts";
import type { Enrollment, EnrollmentSummary, EntryKind } from "./enrollment.ts";

/** Something that may start journeys. `at` is when it happened, epoch milliseconds. */
export type EntryTrigger =
  /** `retroactive`: a recomputation corrected the status; it never starts a journey. */
  | { kind: "situation"; situation: string; episode: number; at: number; retroactive: boolean }
  | { kind: "event"; event: DomainEvent }
  | { kind: "schedule"; journeyKey: string; occurrence: number }
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

export type MatchEntry = (journey: JourneyDefinition, trigger: EntryTrigger, facts?: RuleFacts) => Entry | null;
