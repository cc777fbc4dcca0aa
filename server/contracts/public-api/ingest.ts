import * as z from "zod";
import type { ZodOpenApiOperationObject } from "zod-openapi";
import { ingestLimits } from "../ingest/limits.ts";

/**
 * The wire shapes of ingest as documentation. Events are checked by `validateEvent`, which judges each for itself instead of refusing
 * a batch.
 */
const eventFields = {
  messageId: z
    .string()
    .max(ingestLimits.messageIdChars - 1)
    .optional()
    .meta({ description: "Unique in the source, for ever; made when left out" }),
  userId: z.string().max(ingestLimits.identifierChars).optional().meta({ description: "userId or anonymousId is needed" }),
  anonymousId: z.string().max(ingestLimits.identifierChars).optional(),
  timestamp: z.iso.datetime({ offset: true }).optional().meta({ description: "When it happened; arrival when left out" }),
  sentAt: z.iso.datetime({ offset: true }).optional().meta({ description: "Corrects the sender's clock" }),
  context: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: "`historical: true` marks history, `userHash` proves a userId" }),
  integrations: z.record(z.string(), z.unknown()).optional(),
};
const properties = z.record(z.string(), z.unknown()).optional();
const eventName = z.string().max(ingestLimits.nameChars);

const schemas = {
  track: z.object({ ...eventFields, event: eventName, properties }).meta({ id: "Track" }),
  identify: z.object({ ...eventFields, traits: properties }).meta({ id: "Identify" }),
  page: z.object({ ...eventFields, name: eventName.optional(), properties }).meta({ id: "PageView" }),
  screen: z.object({ ...eventFields, name: eventName.optional(), properties }).meta({ id: "ScreenView" }),
  group: z.object({ ...eventFields, groupId: z.string(), traits: properties }).meta({ id: "Group" }),
  alias: z.object({ ...eventFields, userId: z.string(), previousId: z.string() }).meta({ id: "Alias" }),
};

const item = z.union([
  schemas.track.extend({ type: z.literal("track") }),
  schemas.identify.extend({ type: z.literal("identify") }),
  schemas.page.extend({ type: z.literal("page") }),
  schemas.screen.extend({ type: z.literal("screen") }),
  schemas.group.extend({ type: z.literal("group") }),
  schemas.alias.extend({ type: z.literal("alias") }),
]);

const batch = z
  .object({
    batch: z.array(item).max(ingestLimits.batchEvents),
    sentAt: z.iso.datetime({ offset: true }).optional(),
    context: z.record(z.string(), z.unknown()).optional().meta({ description: "Merged under the context of each event" }),
    integrations: z.record(z.string(), z.unknown()).optional(),
    writeKey: z.string().optional().meta({ description: "Where no Authorization header can be sent" }),
  })
  .meta({ id: "Batch" });

const verdict = z
  .object({
    index: z.int(),
    status: z.enum(["accepted", "duplicate", "rejected"]),
    messageId: z.string().optional(),
    code: z.string().optional(),
    field: z.string().optional(),
    message: z.string().optional(),
  })
  .meta({ id: "Verdict" });

const singleReply = verdict.extend({ success: z.literal(true) }).meta({ id: "EventReply" });
const batchReply = z
  .object({ success: z.literal(true), accepted: z.int(), duplicates: z.int(), rejected: z.int(), verdicts: z.array(verdict) })
  .meta({ id: "BatchReply" });

const security = [{ writeKey: [] }];

function post(path: string, summary: string, body: z.ZodType, reply: z.ZodType) {
  const operation: ZodOpenApiOperationObject = {
    summary,
    security,
    requestBody: { required: true, content: { "application/json": { schema: body }, "text/plain": { schema: body } } },
    responses: { "200": { description: "Stored for good", content: { "application/json": { schema: reply } } } },
  };
  return { path, method: "post" as const, operation };
}

function get(path: string, summary: string, parameters: z.ZodObject | null) {
  const operation: ZodOpenApiOperationObject = {
    summary,
    security: [],
    ...(parameters === null ? {} : { requestParams: { path: parameters } }),
    responses: { "200": { description: "As described", content: { "application/json": { schema: z.record(z.string(), z.unknown()) } } } },
  };
  return { path, method: "get" as const, operation };
}

const short: Record<keyof typeof schemas, string> = { track: "t", identify: "i", page: "p", screen: "s", group: "g", alias: "a" };
const types = ["track", "identify", "page", "screen", "group", "alias"] as const;

export const ingestOperations: { path: string; method: "get" | "post"; operation: ZodOpenApiOperationObject }[] = [
  ...types.flatMap((type) => [
    post(`/v1/${type}`, `Take in one ${type} event`, schemas[type], singleReply),
    post(`/v1/${short[type]}`, `Take in one ${type} event (browser client)`, schemas[type], singleReply),
  ]),
  post("/v1/batch", "Take in many events, each with a verdict of its own", batch, batchReply),
  post("/v1/b", "Take in many events (browser client)", batch, batchReply),
  post("/v1/import", "Take in history: nothing is started by it", batch, batchReply),
  post("/v1/m", "Metrics of the browser client: taken and dropped", z.unknown(), z.object({ success: z.literal(true) })),
  get("/v1/projects/{writeKey}/settings", "Settings of the browser client", z.object({ writeKey: z.string() })),
  get("/v1/health", "Whether events can be taken in", null),
  get("/v1/openapi.json", "This description", null),
];
