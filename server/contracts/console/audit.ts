import * as z from "zod";
import { forward, pageOf } from "./paging.ts";

export const auditInput = z.strictObject({
  objectKind: z.string().max(80).nullable().default(null),
  cursor: z.number().int().min(1).nullish(),
  ...forward,
});
export const auditItemSchema = z.object({
  seq: z.number(),
  at: z.number(),
  actor: z.string(),
  actorKind: z.string(),
  action: z.string(),
  objectKind: z.string(),
  objectId: z.string(),
  ip: z.string().nullable(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  hash: z.string(),
});
export type AuditItem = z.infer<typeof auditItemSchema>;
export const auditOutput = pageOf(auditItemSchema, z.number());
export const auditVerificationSchema = z.object({
  ok: z.boolean(),
  entries: z.number(),
  brokenAt: z.number().nullable(),
  reason: z.string().nullable(),
  head: z.string().nullable(),
  checkedAt: z.number(),
});
