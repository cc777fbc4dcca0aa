import * as z from "zod";
import { channelSchema, durationMsSchema, keySchema, messageClassSchema, purposeSchema, shareSchema } from "./common-fields.ts";

const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be HH:MM");
/** Half-open [from, to) in the customer's zone; may cross midnight. */
export const localWindowSchema = z.strictObject({ from: localTime, to: localTime });
export type LocalWindow = z.infer<typeof localWindowSchema>;

/** What is allowed without a recorded consent, per purpose and channel. Unknown for marketing is always no. */
export const consentPolicySchema = z.strictObject({
  kind: z.literal("consent"),
  key: keySchema,
  name: z.string().min(1).max(120),
  rules: z
    .array(
      z.strictObject({
        purpose: purposeSchema,
        channel: z.union([channelSchema, z.literal("*")]),
        basis: z.enum(["contract", "legitimate_interest", "consent"]),
        /** What no record means. */
        unknown: z.enum(["allowed", "refused"]),
      }),
    )
    .min(1)
    .max(60),
});

export const channelPolicySchema = z.strictObject({
  kind: z.literal("channels"),
  key: keySchema,
  name: z.string().min(1).max(120),
  /** Smallest interruption first. */
  order: z.array(channelSchema).min(1),
  /** 0 (barely noticed) .. 10 (a call). */
  intrusiveness: z.partialRecord(channelSchema, z.number().min(0).max(10)),
});

export const moderationPolicySchema = z.strictObject({
  kind: z.literal("moderation"),
  key: keySchema,
  name: z.string().min(1).max(120),
  quietHours: z.array(z.strictObject({ channels: z.array(channelSchema).min(1), window: localWindowSchema })).max(10),
  caps: z
    .array(
      z.strictObject({
        channel: z.union([channelSchema, z.literal("*")]),
        max: z.number().int().min(0).max(1000),
        /** Local calendar day, ISO week, or rolling 24 hours. */
        per: z.enum(["day", "week", "rolling_24h"]),
      }),
    )
    .max(20),
  /** Quiet time after any contact, in or out. */
  cooldownMs: durationMsSchema,
  /** After a case is solved, before proactive help may speak again. */
  caseGraceMs: durationMsSchema,
  /** Held messages are let go at most this fast. */
  releasePerMinute: z.number().int().min(1).max(100_000),
});

export const holdoutPolicySchema = z.strictObject({
  kind: z.literal("holdout"),
  key: keySchema,
  name: z.string().min(1).max(120),
  /** Share of all customers that no journey ever speaks to. */
  globalShare: shareSchema,
  salt: z.string().min(1).max(80),
});

/** Which guards a message class may skip: the one table of DESIGN §15. */
export const classPolicySchema = z.strictObject({
  kind: z.literal("classes"),
  key: keySchema,
  name: z.string().min(1).max(120),
  skips: z.array(z.strictObject({ class: messageClassSchema, guards: z.array(z.string()).max(20) })),
});

export const policySchema = z.discriminatedUnion("kind", [
  consentPolicySchema,
  channelPolicySchema,
  moderationPolicySchema,
  holdoutPolicySchema,
  classPolicySchema,
]);
export type PolicyDefinition = z.infer<typeof policySchema>;
export type ConsentPolicy = z.infer<typeof consentPolicySchema>;
export type ChannelPolicy = z.infer<typeof channelPolicySchema>;
export type ModerationPolicy = z.infer<typeof moderationPolicySchema>;
export type HoldoutPolicy = z.infer<typeof holdoutPolicySchema>;
export type ClassPolicy = z.infer<typeof classPolicySchema>;
