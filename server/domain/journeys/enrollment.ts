import * as z from "zod";
import type { Channel, MessageClass, Purpose } from "../definitions/common-fields.ts";

export type EntryKind = "situation" | "event" | "schedule" | "incident" | "api";

/** One customer's passage through one journey version. Instants are epoch milliseconds. */
export type Enrollment = {
  id: string;
  customerId: string;
  journeyKey: string;
  journeyVersion: number;
  entryKind: EntryKind;
  /** k of the entry key (journey, customer, k): messageKey, `situation#episode`, occurrence, incident id or the caller's key. */
  entryKey: string;
  arm: "treated" | "holdout";
  status: "active" | "ended";
  nodeId: string;
  nodeEnteredAt: number;
  context: EnrollmentContext;
  fence: number;
  enteredAt: number;
  /** First `wouldBe = SEND`: from here on both arms are compared. */
  eligibleAt: number | null;
  goalAt: number | null;
  endedAt: number | null;
  endReason: string | null;
};

export const reactionKinds = ["accepted", "snoozed", "declined", "turned_off"] as const;
/** What a customer answered to an offer. */
export type ReactionKind = (typeof reactionKinds)[number];

/** Memory of an enrollment between stimuli, kept as JSON in the enrollment row. Instants are epoch milliseconds. */
export const enrollmentContextSchema = z.strictObject({
  /** What started it: properties of the event, or what the caller passed. */
  entry: z.record(z.string(), z.unknown()),
  /** When what started it happened (event time); goal and exit events must be later. */
  entryAt: z.number(),
  /** Situation and episode that started it, if one did. */
  situation: z.strictObject({ key: z.string(), episode: z.number() }).optional(),
  /** Arm taken at each split node, sticky. */
  arms: z.record(z.string(), z.string()),
  /** Current rung of the ladder node the enrollment stands on. */
  rung: z.number(),
  /** The customer's answer to the latest offer. */
  reaction: z.enum(reactionKinds).optional(),
  /** How many nodes and rungs were visited: numbers each visit (step keys, timer refs) and guards against an endless graph. */
  steps: z.number(),
  /** `steps` when the current node was entered. */
  nodeVisit: z.number(),
  /** Place in the customer's events up to which they have been used: a wait looks only at later ones, in (occurredAt, messageKey) order. */
  cursor: z.strictObject({ at: z.number(), key: z.string() }),
  /** The latest offer; a node that made it rests until it is settled. */
  offer: z.strictObject({ stepKey: z.string(), settled: z.boolean() }).optional(),
  /** When the armed timer of this visit is due; unset when none is armed. */
  dueAt: z.number().optional(),
  /** The customer put the current rung off; it is offered once more when the timer fires. */
  snoozed: z.enum(["waiting", "used"]).optional(),
  /** The event the next node waits for came while the offer before it was still being settled. */
  early: z.strictObject({ at: z.number(), key: z.string() }).optional(),
});
export type EnrollmentContext = z.infer<typeof enrollmentContextSchema>;

/** As much of an enrollment as re-entry and concurrency rules need. */
export type EnrollmentSummary = Pick<Enrollment, "entryKey" | "status" | "enteredAt">;

/** What a journey would like to offer a customer now; becomes a candidate row. */
export type Offer = {
  /** Unique for ever: `enrollmentId.nodeId.rung.visit`. The same step never makes two candidates. */
  stepKey: string;
  kind: "help" | "survey";
  enrollmentId: string;
  journeyKey: string;
  journeyVersion: number;
  nodeId: string;
  rung: number | null;
  responseKey: string;
  channels: "auto" | Channel[];
  class: MessageClass;
  purpose: Purpose;
  topic: string;
  area: string | null;
  priority: number;
  expectedBenefit: number;
  whenOutranked: "hold" | "suppress";
  sensitive: boolean;
  duplicateWindowMs: number;
  /** Situation the offer answers, with the confidence and contributions at the time of the offer. */
  evidence: Evidence | null;
  createdAt: number;
  validForMs: number;
};

/** Why the journey speaks: the situation, and what each signal gave to its score. */
export type Evidence = {
  situation: string;
  situationVersion: number;
  score: number;
  confidence: number;
  confidenceFloor: number;
  belowFloor: "ask" | "review" | "silent";
  /** `act`: score over enter and confidence over the floor; `below`: the ask / stay-silent band. */
  band: "act" | "below";
  contributions: {
    signal: string;
    group: string;
    intensity: number;
    confidence: number;
    weight: number;
    share: number;
    lastHitAt: number | null;
  }[];
};
