import * as z from "zod";
import { forward, pageOf } from "./paging.ts";
import { storyItemSchema } from "./story.ts";

export const messageStates = ["pending", "sending", "sent", "delivered", "failed", "unknown", "held", "cancelled", "withheld"] as const;

const filters = {
  channel: z.string().max(40).nullable().default(null),
  journey: z.string().max(80).nullable().default(null),
  /** A day of the company's calendar; the last seven days when left out. */
  day: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .nullable()
    .default(null),
};

export const deliveryCountsInput = z.strictObject(filters);
export const deliveryCountsSchema = z.object({
  from: z.number(),
  until: z.number(),
  states: z.array(z.object({ state: z.enum(messageStates), count: z.number() })),
  /** Decisions that kept the same help from going twice, by what kept it. */
  prevented: z.array(z.object({ code: z.string(), words: z.string(), count: z.number() })),
});
export type DeliveryCounts = z.infer<typeof deliveryCountsSchema>;

const named = z.object({ key: z.string(), name: z.string() });
export const deliveryListInput = z.strictObject({
  ...filters,
  state: z.enum(messageStates).nullable().default(null),
  cursor: z.uuid().nullish(),
  ...forward,
});
export const deliverySummarySchema = z.object({
  id: z.uuid(),
  createdAt: z.number(),
  stateAt: z.number(),
  state: z.enum(messageStates),
  reason: z.string().nullable(),
  channel: z.string(),
  journey: named,
  response: named,
  customer: z.object({ id: z.uuid(), label: z.string() }),
});
export type DeliverySummary = z.infer<typeof deliverySummarySchema>;
export const deliveryListOutput = pageOf(deliverySummarySchema, z.uuid());

export const preventedInput = z.strictObject({ ...filters, cursor: z.uuid().nullish(), ...forward });
export const preventedSchema = z.object({
  id: z.uuid(),
  at: z.number(),
  words: z.string(),
  journey: named,
  customer: z.object({ id: z.uuid(), label: z.string() }),
});
export type Prevented = z.infer<typeof preventedSchema>;
export const preventedOutput = pageOf(preventedSchema, z.uuid());

export const deliveryInput = z.strictObject({ id: z.uuid() });
export const deliverySchema = deliverySummarySchema.extend({
  /** Null where there is none or the role may not read it. */
  subject: z.string().nullable(),
  recipient: z.string().nullable(),
  provider: z.string().nullable(),
  providerMessageId: z.string().nullable(),
  attempts: z.number(),
  deadlineAt: z.number(),
  inFlightAtPause: z.boolean(),
  version: z.number(),
  node: z.string(),
  class: z.string(),
  purpose: z.string(),
  inOutbox: z.boolean(),
  /** The decision that let it go, with every guard; null when it is kept no longer. */
  decision: storyItemSchema.nullable(),
  /** What happened to it, oldest first. */
  life: z.array(
    z.object({
      id: z.string(),
      at: z.number(),
      title: z.string(),
      detail: z.string().nullable(),
      tone: z.enum(["neutral", "good", "warn", "bad"]),
    }),
  ),
});
export type DeliveryView = z.infer<typeof deliverySchema>;

export const resolveDeliveryInput = z.strictObject({ id: z.uuid(), as: z.enum(["delivered", "failed"]) });
