import * as z from "zod";
import { channels, purposes } from "#server/domain/definitions/common-fields.ts";
import { operation } from "./operation.ts";

const instant = z.iso.datetime().meta({ description: "ISO 8601, UTC" });
const none = z.object({});

export const customerParams = z.object({
  userId: z.string().min(1).max(512).meta({ description: "The userId of your events", example: "user-1042" }),
});

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: "Entries a page" }),
  before: z.uuid().optional().meta({ description: "`next` of the page before" }),
});

function pageOf<Entry extends z.ZodType>(entry: Entry) {
  return z.object({ data: z.array(entry), next: z.uuid().nullable().meta({ description: "Cursor of the next page; null at the end" }) });
}

export const customerSchema = z
  .object({
    id: z.uuid(),
    userId: z.string().nullable(),
    traits: z.record(z.string(), z.unknown()),
    locale: z.object({ value: z.string(), source: z.string() }),
    timezone: z.object({ value: z.string(), source: z.string() }),
    createdAt: instant,
    lastSeenAt: instant.nullable(),
    identities: z.array(z.object({ kind: z.enum(["user", "anonymous"]), value: z.string(), since: instant })),
    addresses: z.array(
      z.object({ kind: z.enum(["email", "phone"]), value: z.string(), verified: z.boolean(), suppressed: z.string().nullable() }),
    ),
    consent: z.array(
      z.object({ purpose: z.string(), channel: z.string(), state: z.string(), basis: z.string(), source: z.string(), at: instant }),
    ),
    preferences: z
      .object({
        topicsOff: z.array(z.string()),
        channelsOff: z.array(z.string()),
        preferredChannel: z.string().nullable(),
        quietHours: z.object({ from: z.string(), to: z.string() }).nullable(),
        snoozedUntil: instant.nullable(),
        helpOff: z.boolean(),
      })
      .nullable(),
    signals: z.array(z.object({ key: z.string(), name: z.string(), intensity: z.number(), confidence: z.number(), lastHitAt: instant })),
    situations: z.array(z.object({ key: z.string(), episode: z.int(), enteredAt: instant, score: z.number() })),
    evaluatedAt: instant,
  })
  .meta({ id: "Customer" });

export const getCustomer = operation({
  id: "getCustomer",
  method: "get",
  path: "/v1/customers/{userId}",
  summary: "Profile, identities, consent, preferences, signal and situation state of a customer",
  scopes: ["customers:read"],
  params: customerParams,
  query: none,
  body: z.undefined(),
  reply: customerSchema,
  status: 200,
});

export const decisionSchema = z
  .object({
    id: z.uuid(),
    decidedAt: instant,
    journey: z.object({ key: z.string(), version: z.int() }),
    verdict: z.string(),
    record: z.unknown().meta({ description: "Every guard's verdict with the facts it used, the counterfactual and the channel plan" }),
    input: z.unknown().meta({ description: "The frozen input: deciding on it again gives the same verdict" }),
    inputHash: z.string(),
  })
  .meta({ id: "Decision" });

export const listDecisions = operation({
  id: "listCustomerDecisions",
  method: "get",
  path: "/v1/customers/{userId}/decisions",
  summary: "What was decided about a customer and why, newest first",
  scopes: ["customers:read"],
  params: customerParams,
  query: pageQuery,
  body: z.undefined(),
  reply: pageOf(decisionSchema),
  status: 200,
});

export const messageSchema = z
  .object({
    id: z.uuid(),
    createdAt: instant,
    state: z.string(),
    stateAt: instant,
    reason: z.string().nullable(),
    channel: z.string(),
    class: z.string(),
    purpose: z.string(),
    topic: z.string(),
    intent: z.string(),
    journey: z.object({ key: z.string(), version: z.int(), node: z.string() }),
    response: z.object({ key: z.string(), version: z.int() }),
    decisionId: z.uuid(),
    clickedAt: instant.nullable(),
  })
  .meta({ id: "Message" });

export const listMessages = operation({
  id: "listCustomerMessages",
  method: "get",
  path: "/v1/customers/{userId}/messages",
  summary: "Messages to a customer, also those withheld from a comparison group, newest first",
  scopes: ["customers:read"],
  params: customerParams,
  query: pageQuery,
  body: z.undefined(),
  reply: pageOf(messageSchema),
  status: 200,
});

export const storedEventSchema = z
  .object({
    id: z.uuid(),
    messageId: z.string(),
    type: z.string(),
    name: z.string().nullable(),
    occurredAt: instant,
    receivedAt: instant,
    source: z.string(),
    verified: z.boolean(),
    historical: z.boolean(),
    properties: z.record(z.string(), z.unknown()),
    traits: z.record(z.string(), z.unknown()),
    context: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "StoredEvent" });

export const listEvents = operation({
  id: "listCustomerEvents",
  method: "get",
  path: "/v1/customers/{userId}/events",
  summary: "Events of a customer, in the order they arrived, newest first",
  scopes: ["customers:read"],
  params: customerParams,
  query: pageQuery,
  body: z.undefined(),
  reply: pageOf(storedEventSchema),
  status: 200,
});

const consentEntry = z.strictObject({
  purpose: z.enum(purposes),
  channel: z.union([z.enum(channels), z.literal("*")]),
  state: z.enum(["granted", "denied", "withdrawn", "pending"]),
  basis: z.string().min(1).max(100).optional().meta({ description: "The lawful basis; `consent` when left out" }),
  textVersion: z.string().max(100).optional().meta({ description: "The text the person saw" }),
  locale: z.string().max(35).optional(),
  at: z.iso.datetime({ offset: true }).optional().meta({ description: "When the person decided; now when left out" }),
  proof: z
    .record(z.string(), z.union([z.string().max(500), z.number(), z.boolean()]))
    .optional()
    .meta({
      description: "How it was given: form, call, document. Ids and hashes, no personal data",
    }),
});

export const putConsent = operation({
  id: "putConsent",
  method: "put",
  path: "/v1/customers/{userId}/consent",
  summary: "Record what a customer allowed or refused, with proof",
  scopes: ["consent:write"],
  params: customerParams,
  query: none,
  body: z.strictObject({ entries: z.array(consentEntry).min(1).max(50) }),
  reply: z.object({ recorded: z.int(), refused: z.array(z.object({ index: z.int(), code: z.string() })) }),
  status: 200,
});
