import * as z from "zod";
import { apiScopes } from "../public-api/scopes.ts";
import { forward, pageOf } from "./paging.ts";

const keySchema = z.object({
  id: z.uuid(),
  kind: z.enum(["write", "api"]),
  name: z.string(),
  /** The first letters of the key: enough to recognise it, useless to anybody else. */
  prefix: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.number(),
  lastUsedAt: z.number().nullable(),
  revokedAt: z.number().nullable(),
});
export type SourceKey = z.infer<typeof keySchema>;

/** How far back volumes were counted: later than a day ago only when there are more events than are worth counting. */
const counted = { countedFrom: z.number(), complete: z.boolean() };

export const sourceSummarySchema = z.object({
  id: z.uuid(),
  key: z.string(),
  name: z.string(),
  kind: z.enum(["server", "browser", "import"]),
  disabledAt: z.number().nullable(),
  keys: z.array(keySchema),
  lastHour: z.number(),
  lastDay: z.number(),
  refused: z.number(),
  quarantined: z.number(),
  /** When the newest event of the last day came in; null when none did. */
  newestAt: z.number().nullable(),
});
export type SourceSummary = z.infer<typeof sourceSummarySchema>;
export const sourceListSchema = z.object({ now: z.number(), ...counted, sources: z.array(sourceSummarySchema) });
export type SourceList = z.infer<typeof sourceListSchema>;

export const sourceInput = z.strictObject({ id: z.uuid() });
export const sourceSchema = sourceSummarySchema.extend({
  now: z.number(),
  ...counted,
  createdAt: z.number(),
  triggerMaxAgeMs: z.number(),
  allowedOrigins: z.array(z.string()),
  hasSecret: z.boolean(),
  /** Where clients send to. */
  url: z.string(),
  /** The last 24 hours, oldest first, also those without an event. */
  hours: z.array(z.object({ hour: z.number(), received: z.number(), refused: z.number() })),
});
export type SourceView = z.infer<typeof sourceSchema>;

export const refusalsInput = z.strictObject({ sourceId: z.uuid().nullable().default(null) });
export const refusalSchema = z.object({
  code: z.string(),
  title: z.string(),
  meaning: z.string(),
  fix: z.string(),
  count: z.number(),
  lastHour: z.number(),
  /** Each hour in which it happened, newest first. The sample names a field, never a value. */
  hours: z.array(z.object({ hour: z.number(), source: z.string(), count: z.number(), sample: z.string().nullable() })),
});
export type Refusal = z.infer<typeof refusalSchema>;
export const refusalsOutput = z.object({ since: z.number(), items: z.array(refusalSchema) });

export const eventTypes = ["track", "identify", "page", "screen", "group", "alias"] as const;
export const eventFates = ["pending", "processed", "quarantined"] as const;
export const eventListInput = z.strictObject({
  sourceId: z.uuid().nullable().default(null),
  type: z.enum(eventTypes).nullable().default(null),
  name: z.string().max(512).default(""),
  /** A userId or anonymousId, whole. */
  actor: z.string().max(512).default(""),
  fate: z.enum(["pending", "quarantined"]).nullable().default(null),
  cursor: z.uuid().nullish(),
  ...forward,
});
export const eventSummarySchema = z.object({
  id: z.uuid(),
  receivedAt: z.number(),
  occurredAt: z.number(),
  type: z.string(),
  name: z.string().nullable(),
  source: z.string(),
  /** The userId or anonymousId; masked where the role may not see it. */
  actor: z.string(),
  historical: z.boolean(),
  verified: z.boolean(),
  fate: z.enum(eventFates),
});
export type EventSummary = z.infer<typeof eventSummarySchema>;
/** `next` may be set on a page with few or no items: so many events were looked through, and there are more. */
export const eventListOutput = pageOf(eventSummarySchema, z.uuid()).extend({ looked: z.number() });

export const eventInput = z.strictObject({ id: z.uuid() });
export const eventSchema = eventSummarySchema.extend({
  sourceId: z.uuid(),
  /** The event as JSON text; values are masked where the role may not see them. */
  json: z.string(),
  masked: z.boolean(),
  attempts: z.number(),
  quarantine: z.object({ reason: z.string(), attempts: z.number(), at: z.number() }).nullable(),
  processedAt: z.number().nullable(),
  customerId: z.uuid().nullable(),
  /** Signals this event counts for, by name. */
  signals: z.array(z.string()),
});
export type EventView = z.infer<typeof eventSchema>;

const keyName = z.string().trim().min(1, "Give the key a name that says where it is used.").max(80, "At most 80 characters.");
export const createKeyInput = z.strictObject({
  sourceId: z.uuid(),
  kind: z.enum(["write", "api"]),
  name: keyName,
  scopes: z.array(z.enum(apiScopes)).max(apiScopes.length).default([]),
});
export const keyInput = z.strictObject({ keyId: z.uuid() });
/** The only time a key is told whole. */
export const newKeyOutput = z.object({ id: z.uuid(), plain: z.string(), prefix: z.string() });
export type NewKey = z.infer<typeof newKeyOutput>;

/** A web origin as browsers send it, or `*` for any. */
export function isOrigin(text: string): boolean {
  if (text === "*") return true;
  if (!URL.canParse(text)) return false;
  const { protocol, origin } = new URL(text);
  return (protocol === "https:" || protocol === "http:") && origin === text;
}
const originSchema = z
  .string()
  .max(300)
  .refine(isOrigin, "An origin is scheme, host and port and nothing more, such as https://shop.example.");
export const setOriginsInput = z.strictObject({ sourceId: z.uuid(), origins: z.array(originSchema).max(100, "At most 100 origins.") });
export const newSecretOutput = z.object({ secret: z.string() });
export const doneSchema = z.object({ ok: z.literal(true) });
