import type { Channel, MessageClass, Purpose } from "../definitions/common-fields.ts";

export type EntryKind = "situation" | "event" | "schedule" | "incident" | "api";

/** One customer's passage through one journey version. Instants are epoch milliseconds. */
export type Enrollment = {
  id: string;
  customerId: string;
  journeyKey: string;
  journeyVersion: number;
  entryKind: EntryKind;
  /** k of the entry key (journey, customer, k): messageId, `situation#episode`, occurrence, incident id or the caller's key. */
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

export type EnrollmentContext = {
  /** What started it: properties of the event, or what the caller passed. */
  entry: Record<string, unknown>;
  /** Situation and episode that started it, if one did. */
  situation?: { key: string; episode: number };
  /** Arm taken at each split node, sticky. */
  arms: Record<string, string>;
  /** Current rung of the ladder node the enrollment stands on. */
  rung: number;
  /** The help at this node or rung has been answered. */
  reaction?: "accepted" | "snoozed" | "declined" | "turned_off";
  /** How many nodes were visited: guards against an endless graph. */
  steps: number;
};

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
