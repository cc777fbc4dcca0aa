import * as z from "zod";
import { keySchema } from "#server/domain/definitions/common-fields.ts";
import { operation } from "./operation.ts";

const none = z.object({});
const at = z.iso.datetime({ offset: true }).optional().meta({ description: "When it happened; now when left out" });
const label = z.string().min(1).max(200);
const userId = z.string().min(1).max(512);
const taken = z.object({
  status: z.enum(["accepted", "duplicate"]),
  messageId: z.string().meta({ description: "The event this became" }),
});

/** A repeated report of the same change is recognised by this id, with or without an Idempotency-Key. */
export const reportCase = operation({
  id: "reportCase",
  method: "post",
  path: "/v1/cases",
  summary: "Report that a support case was opened, resolved or reopened",
  scopes: ["cases:write"],
  params: none,
  query: none,
  body: z.strictObject({
    userId,
    caseId: label,
    change: z.enum(["opened", "resolved", "reopened"]),
    at,
    channel: label.optional(),
    type: label.optional(),
    issue: label.optional().meta({ description: "What it is about; a second case of one issue is a recontact" }),
    priority: label.optional(),
    madeSla: z.boolean().optional(),
  }),
  reply: taken,
  status: 202,
});

export const reportOrder = operation({
  id: "reportOrder",
  method: "post",
  path: "/v1/orders",
  summary: "Report an order, its change, cancellation or refund",
  scopes: ["orders:write"],
  params: none,
  query: none,
  body: z.strictObject({
    userId,
    orderId: label,
    change: z.enum(["completed", "updated", "cancelled", "refunded"]).default("completed"),
    at,
    total: z.number().finite(),
    currency: z.string().regex(/^[A-Za-z]{3}$/, "is an ISO 4217 code, such as EUR"),
    products: z
      .array(z.object({ product_id: label.optional(), name: z.string().max(500).optional(), quantity: z.number().min(0).optional() }))
      .max(200)
      .optional(),
  }),
  reply: taken,
  status: 202,
});

export const enroll = operation({
  id: "enroll",
  method: "post",
  path: "/v1/journeys/{key}/enroll",
  summary: "Enroll a customer in a journey that has an API entry",
  scopes: ["journeys:enroll"],
  params: z.object({ key: keySchema }),
  query: none,
  body: z.strictObject({
    userId,
    entryKey: label.meta({ description: "Your key of this occasion: the same key never enrolls twice" }),
    facts: z.record(z.string(), z.union([z.string().max(1_000), z.number(), z.boolean()])).default({}),
  }),
  reply: z.object({
    enrolled: z.boolean(),
    enrollmentId: z.uuid().nullable(),
    refused: z.string().nullable().meta({ description: "Why not, when not" }),
  }),
  status: 200,
});

export const decide = operation({
  id: "decide",
  method: "post",
  path: "/v1/decide",
  summary: "Dry run: what would become of a journey's help now. Otherwise: decide what is due of a customer and act on it",
  scopes: ["decide:read", "decide:write"],
  params: none,
  query: none,
  body: z.strictObject({
    userId,
    journeyKey: keySchema.optional().meta({ description: "Needed for a dry run" }),
    nodeId: label.optional().meta({ description: "The step that speaks; the first one when left out" }),
    dryRun: z.boolean().default(true),
  }),
  reply: z.object({
    decisions: z.array(
      z.object({
        journeyKey: z.string(),
        nodeId: z.string(),
        candidateId: z.uuid().nullable(),
        decidedAt: z.iso.datetime(),
        decision: z.unknown().meta({ description: "The verdict, and each guard's verdict with the facts it used" }),
      }),
    ),
  }),
  status: 200,
});
