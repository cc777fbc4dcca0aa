import * as z from "zod";
import { channelSchema, messageClassSchema, purposeSchema } from "../definitions/common-fields.ts";
import { localWindowSchema } from "../definitions/policy.ts";
import { guardNames } from "./decision.ts";

const instant = z.number().int();
const consentState = z.enum(["granted", "denied", "withdrawn", "pending"]);
const version = z.number().int();
const localTimeSchema = localWindowSchema.shape.from;

/** What the engine reads of a contact: kind, how long before `now`, channel, and which of `contactMarks` apply, as bits. */
const contact = z.tuple([z.enum(["m", "g", "i"]), z.number().int(), channelSchema, z.number().int().min(0).max(7)]);
export const contactMarks = { sameIntent: 1, sameEnrollment: 2, sameJourney: 4 } as const;
export const contactKinds = { message: "m", ghost: "g", inbound: "i" } as const;

const customerMark = z.enum(["erased", "global_holdout", "in_flow"]);
export type CustomerMark = z.infer<typeof customerMark>;

/** What is not as usual with a candidate. */
const candidateMark = z.enum(["ended", "not_live", "suspended", "outside_dates", "reviewed", "held_out"]);
export type CandidateMark = z.infer<typeof candidateMark>;

const evidence = z.strictObject({
  situation: z.string(),
  situationVersion: version,
  score: z.number(),
  confidence: z.number(),
  confidenceFloor: z.number(),
  belowFloor: z.enum(["ask", "review", "silent"]),
  band: z.enum(["act", "below"]),
});

const offer = z.strictObject({
  enrollmentId: z.string(),
  journeyKey: z.string(),
  journeyVersion: version,
  rung: z.number().int().nullable(),
  channels: z.union([z.literal("auto"), z.array(channelSchema)]),
  class: messageClassSchema,
  purpose: purposeSchema,
  topic: z.string(),
  area: z.string().nullable(),
  priority: z.number(),
  expectedBenefit: z.number(),
  whenOutranked: z.enum(["hold", "suppress"]),
  sensitive: z.boolean(),
  duplicateWindowMs: z.number().int(),
  evidence: evidence.nullable(),
});

/**
 * The part of a `DecideInput` that one decision rests on: ids, booleans, times, versions, numbers and keys of definitions; no name,
 * address or text, so it outlives an erasure. It replays without the database. Lists hold only what concerns this candidate.
 */
export const frozenInputSchema = z.strictObject({
  engine: version,
  now: instant,
  customer: z.strictObject({
    id: z.string(),
    timezone: z.string(),
    timezoneSource: z.enum(["told", "context", "company"]),
    marks: z.array(customerMark),
    /** Of the offered channels. */
    sendable: z.array(channelSchema),
    suppressed: z.array(channelSchema),
  }),
  control: z.strictObject({ paused: z.boolean(), shadow: z.boolean(), epoch: z.number().int() }),
  /** Of the offer's purpose, by channel. */
  consent: z.partialRecord(z.union([channelSchema, z.literal("*")]), consentState),
  preferences: z.strictObject({
    topicOff: z.boolean(),
    channelsOff: z.array(channelSchema),
    preferredChannel: channelSchema.nullable(),
    quietHours: localWindowSchema.nullable(),
    snoozedUntil: instant.nullable(),
    helpOff: z.boolean(),
  }),
  /** About this help or its topic: kind, when, until when. */
  reactions: z.array(z.tuple([z.enum(["accepted", "snoozed", "declined", "turned_off"]), instant, instant.nullable()])),
  /** Covering the offer's area: id and channels (null: all). */
  incidents: z.array(z.tuple([z.string(), z.array(channelSchema).nullable()])),
  cases: z.strictObject({ openCount: z.number().int(), lastResolvedAt: instant.nullable() }),
  recent: z.array(contact),
  policies: z.strictObject({
    /** Of the policies for consent, channels, moderation, holdout and classes. */
    versions: z.tuple([version, version, version, version, version]),
    /** Rules for the offer's purpose: channel, basis, what no record means. */
    consent: z.array(
      z.tuple([
        z.union([channelSchema, z.literal("*")]),
        z.enum(["contract", "legitimate_interest", "consent"]),
        z.enum(["allowed", "refused"]),
      ]),
    ),
    channelOrder: z.array(channelSchema),
    quietHours: z.array(z.tuple([z.array(channelSchema), localTimeSchema, localTimeSchema])),
    caps: z.array(z.tuple([z.union([channelSchema, z.literal("*")]), z.number().int(), z.enum(["day", "week", "rolling_24h"])])),
    cooldownMs: z.number().int(),
    caseGraceMs: z.number().int(),
    /** Guards the offer's class passes. */
    skips: z.array(z.enum(guardNames)),
  }),
  candidate: z.strictObject({
    id: z.string(),
    offer,
    intent: z.string(),
    createdAt: instant,
    validUntil: instant,
    marks: z.array(candidateMark),
    goalReachedAt: instant.nullable(),
    variantChannels: z.array(channelSchema),
    failedChannels: z.array(channelSchema),
  }),
  /** The candidate that went before this one. */
  rival: z
    .strictObject({
      id: z.string(),
      skipsConflict: z.boolean(),
      priority: z.number(),
      expectedBenefit: z.number(),
      createdAt: instant,
    })
    .nullable(),
});
export type FrozenInput = z.infer<typeof frozenInputSchema>;
