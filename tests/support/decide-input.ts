import type { CandidateInput, DecideInput, RecentContact } from "#server/domain/decisions/decision.ts";
import type { Evidence } from "#server/domain/journeys/enrollment.ts";

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A Wednesday, 14:00 in Berlin. */
export const noon = Date.UTC(2026, 5, 10, 12, 0);

type Offer = CandidateInput["offer"];
export type CandidatePatch = Partial<Omit<CandidateInput, "offer">> & { offer?: Partial<Offer> };
/** What differs from a plain afternoon on which one help by e-mail or in-app may go. */
export type InputPatch = Partial<Pick<DecideInput, "now" | "consent" | "reactions" | "incidents" | "recent" | "rivals">> & {
  customer?: Partial<DecideInput["customer"]>;
  control?: Partial<DecideInput["control"]>;
  preferences?: Partial<DecideInput["preferences"]>;
  cases?: Partial<DecideInput["cases"]>;
  policies?: Partial<DecideInput["policies"]>;
  /** The first candidate. */
  candidate?: CandidatePatch;
  /** Further candidates. */
  others?: readonly CandidatePatch[];
};

export const policies: DecideInput["policies"] = {
  versions: { consent: 1, channels: 1, moderation: 1, holdout: 1, classes: 1 },
  consent: [
    { purpose: "service", channel: "*", basis: "contract", unknown: "allowed" },
    { purpose: "proactive_help", channel: "*", basis: "legitimate_interest", unknown: "allowed" },
    { purpose: "proactive_help", channel: "sms", basis: "consent", unknown: "refused" },
    { purpose: "marketing", channel: "*", basis: "consent", unknown: "refused" },
  ],
  channelOrder: ["in_page", "in_app", "push", "email", "whatsapp", "sms", "call"],
  quietHours: [
    { channels: ["sms", "push", "whatsapp", "call"], window: { from: "20:00", to: "08:00" } },
    { channels: ["email"], window: { from: "22:00", to: "07:00" } },
  ],
  caps: [
    { channel: "*", max: 3, per: "day" },
    { channel: "*", max: 8, per: "week" },
    { channel: "email", max: 2, per: "rolling_24h" },
    { channel: "sms", max: 1, per: "week" },
  ],
  cooldownMs: 2 * hour,
  caseGraceMs: day,
  skips: {
    service: ["holdout", "caps", "cooldown"],
    critical: ["holdout", "preferences", "incident", "case", "quiet_hours", "caps", "cooldown", "conflict"],
    incident_notice: ["holdout", "incident", "case", "caps", "cooldown", "conflict"],
  },
};

export const evidence: Evidence = {
  situation: "checkout_friction",
  situationVersion: 3,
  score: 0.82,
  confidence: 0.74,
  confidenceFloor: 0.5,
  belowFloor: "ask",
  band: "act",
  contributions: [
    { signal: "card_refused", group: "payment", intensity: 0.7, confidence: 0.8, weight: 0.9, share: 0.6, lastHitAt: noon - 4 * minute },
    { signal: "rage_clicks", group: "button", intensity: 0.5, confidence: 0.7, weight: 0.6, share: 0.25, lastHitAt: noon - 2 * minute },
    { signal: "help_page", group: "search", intensity: 0.3, confidence: 0.6, weight: 0.5, share: 0.15, lastHitAt: null },
  ],
};

export const ids = {
  customer: "01975a00-0000-7000-8000-00000000c001",
  candidate: "01975a00-0000-7000-8000-00000000ca01",
  other: "01975a00-0000-7000-8000-00000000ca02",
  third: "01975a00-0000-7000-8000-00000000ca03",
  enrollment: "01975a00-0000-7000-8000-00000000e001",
  incident: "01975a00-0000-7000-8000-0000000001a1",
};

export function candidate(patch: CandidatePatch = {}, now: number = noon): CandidateInput {
  const { offer, ...own } = patch;
  return {
    id: ids.candidate,
    intent: "finish_checkout",
    createdAt: now - minute,
    validUntil: now + 23 * hour,
    attempt: 0,
    arm: "treated",
    enrollmentActive: true,
    journeyLive: true,
    journeySuspended: false,
    journeyValid: true,
    goalReachedAt: null,
    reviewed: false,
    variantChannels: ["email", "in_app"],
    failedChannels: [],
    ...own,
    offer: {
      kind: "help",
      enrollmentId: ids.enrollment,
      journeyKey: "checkout_help",
      journeyVersion: 4,
      nodeId: "tip",
      rung: null,
      responseKey: "card_tip",
      channels: "auto",
      class: "help",
      purpose: "proactive_help",
      topic: "checkout",
      area: "payments",
      priority: 50,
      expectedBenefit: 10,
      whenOutranked: "hold",
      sensitive: false,
      duplicateWindowMs: 7 * day,
      evidence,
      ...offer,
    },
  };
}

export function decideInput(patch: InputPatch = {}): DecideInput {
  const now = patch.now ?? noon;
  return {
    now,
    customer: {
      id: ids.customer,
      erased: false,
      timezone: "Europe/Berlin",
      timezoneSource: "told",
      reachability: {
        email: { addressHash: "01975a00-0000-4000-8000-0000000000aa", sendable: true, suppressed: false },
        in_app: { addressHash: null, sendable: true, suppressed: false },
      },
      inGlobalHoldout: false,
      inFlow: false,
      ...patch.customer,
    },
    control: { paused: false, shadow: false, epoch: 7, ...patch.control },
    consent: patch.consent ?? {},
    preferences: {
      topicsOff: [],
      channelsOff: [],
      preferredChannel: null,
      quietHours: null,
      snoozedUntil: null,
      helpOff: false,
      ...patch.preferences,
    },
    reactions: patch.reactions ?? [],
    incidents: patch.incidents ?? [],
    cases: { openCount: 0, lastResolvedAt: null, ...patch.cases },
    recent: patch.recent ?? [],
    policies: { ...policies, ...patch.policies },
    candidates: [candidate(patch.candidate, now), ...(patch.others ?? []).map((other) => candidate(other, now))],
    ...(patch.rivals === undefined ? {} : { rivals: patch.rivals }),
  };
}

export function contact(patch: Partial<RecentContact> & { at: number }): RecentContact {
  return {
    kind: "message",
    channel: "email",
    class: "help",
    intent: "delivery_delay",
    journeyKey: "delivery_help",
    enrollmentId: "01975a00-0000-7000-8000-00000000e0ff",
    ...patch,
  };
}

const open = { addressHash: null, sendable: true, suppressed: false };
/** Reachability with these channels open. */
export function reachable(...channels: (keyof DecideInput["customer"]["reachability"])[]): DecideInput["customer"]["reachability"] {
  return Object.fromEntries(channels.map((channel) => [channel, open]));
}
