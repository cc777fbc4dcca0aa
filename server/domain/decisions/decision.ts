import type { Reachability } from "../customer.ts";
import type { Channel, MessageClass, Purpose } from "../definitions/common-fields.ts";
import type { Offer } from "../journeys/enrollment.ts";

export const verdicts = ["SEND", "HOLD", "REVIEW", "ASK", "SUPPRESS"] as const;
export type Verdict = (typeof verdicts)[number];

/** The guards in their fixed order (DESIGN §7). */
export const guardNames = [
  "stop",
  "journey",
  "holdout",
  "consent",
  "preferences",
  "incident",
  "case",
  "goal",
  "duplicate",
  "confidence",
  "sensitive",
  "quiet_hours",
  "caps",
  "cooldown",
  "conflict",
  "channel",
] as const;
export type GuardName = (typeof guardNames)[number];

export type Facts = Readonly<Record<string, string | number | boolean | null | readonly (string | number)[]>>;

/** What one guard says of one candidate, with the facts it used (ids, booleans, numbers, times; never a name or address). */
export type GuardVerdict = {
  guard: GuardName;
  outcome: "allow" | "hold" | "review" | "ask" | "suppress" | "skipped";
  /** Stable code such as `consent_unknown`, `cap_day`, `quiet_hours`; the explanation table has words for each. */
  code: string;
  until?: number;
  facts: Facts;
};

/**
 * A contact with this customer: a real message (sending, sent, delivered or unknown), a ghost (withheld), or the customer
 * contacting us. The list reaches back eight days, and as far as the longest `duplicateWindowMs` for contacts of an offered intent.
 */
export type RecentContact = {
  kind: "message" | "ghost" | "inbound";
  at: number;
  channel: Channel;
  class: MessageClass | null;
  intent: string | null;
  journeyKey: string | null;
  enrollmentId: string | null;
};

export type CandidateInput = {
  id: string;
  offer: Omit<Offer, "stepKey" | "createdAt" | "validForMs">;
  intent: string;
  createdAt: number;
  validUntil: number;
  attempt: number;
  arm: "treated" | "holdout";
  /** The enrollment is still active on this node. */
  enrollmentActive: boolean;
  journeyLive: boolean;
  journeySuspended: boolean;
  journeyValid: boolean;
  goalReachedAt: number | null;
  /** A person has already approved exactly this offer in the review queue. */
  reviewed: boolean;
  /** Channels for which the approved response has a variant. */
  variantChannels: Channel[];
  /** Channels already tried for this step that surely failed. */
  failedChannels: Channel[];
};

/**
 * A candidate of the same customer that was judged at the same moment and is free to go. A frozen input names the best one
 * instead of carrying every other candidate whole.
 */
export type Rival = { id: string; skipsConflict: boolean; priority: number; expectedBenefit: number; createdAt: number };

/** Everything `decide` looks at. Plain data: kept as the frozen input of the decision, at most 2 kB at the 95th percentile. */
export type DecideInput = {
  now: number;
  customer: {
    id: string;
    erased: boolean;
    timezone: string;
    timezoneSource: "told" | "context" | "company";
    reachability: Reachability;
    inGlobalHoldout: boolean;
    /** The person is in a session with our page or app right now. */
    inFlow: boolean;
  };
  control: { paused: boolean; shadow: boolean; epoch: number };
  /** Current consent per `purpose:channel`; `*` as channel counts for all. */
  consent: Readonly<Record<string, "granted" | "denied" | "withdrawn" | "pending">>;
  preferences: {
    topicsOff: readonly string[];
    channelsOff: readonly Channel[];
    preferredChannel: Channel | null;
    quietHours: { from: string; to: string } | null;
    snoozedUntil: number | null;
    helpOff: boolean;
  };
  /** "Not now" and "no thanks" to kinds of help. */
  reactions: readonly {
    intent: string;
    topic: string;
    kind: "accepted" | "snoozed" | "declined" | "turned_off";
    until: number | null;
    at: number;
  }[];
  /** Open incidents whose scope covers this customer; area null means every area. */
  incidents: readonly { id: string; areas: readonly string[] | null; channels: readonly Channel[] | null }[];
  cases: { openCount: number; lastResolvedAt: number | null };
  recent: readonly RecentContact[];
  policies: {
    versions: Readonly<Record<"consent" | "channels" | "moderation" | "holdout" | "classes", number>>;
    consent: readonly {
      purpose: Purpose;
      channel: Channel | "*";
      basis: "contract" | "legitimate_interest" | "consent";
      unknown: "allowed" | "refused";
    }[];
    channelOrder: readonly Channel[];
    quietHours: readonly { channels: readonly Channel[]; window: { from: string; to: string } }[];
    caps: readonly { channel: Channel | "*"; max: number; per: "day" | "week" | "rolling_24h" }[];
    cooldownMs: number;
    caseGraceMs: number;
    /** Guards each message class may skip. */
    skips: Readonly<Partial<Record<MessageClass, readonly GuardName[]>>>;
  };
  candidates: readonly CandidateInput[];
  /** Only set when one decision is replayed alone. */
  rivals?: readonly Rival[];
};

/** The recorded verdict on one candidate. All guards are evaluated; the first that does not allow decides. */
export type Decision = {
  candidateId: string;
  verdict: Verdict;
  /** The verdict without the holdout guard: the counterfactual. */
  wouldBe: Verdict;
  /** The guard that decided; null for SEND. */
  guard: GuardName | null;
  code: string | null;
  holdUntil: number | null;
  channel: Channel | null;
  /** Channels in the order they would be tried. Empty unless the verdict or `wouldBe` is SEND, REVIEW or ASK. */
  channelPlan: readonly Channel[];
  guards: readonly GuardVerdict[];
  /** Candidate that won the conflict, when this one did not. */
  winnerId: string | null;
};
