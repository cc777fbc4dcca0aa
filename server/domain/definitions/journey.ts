import * as z from "zod";
import { channelSchema, durationMsSchema, keySchema, messageClassSchema, purposeSchema, shareSchema } from "./common-fields.ts";
import { matcherSchema, ruleSchema } from "./rule.ts";

const nodeId = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/);
const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be HH:MM");

const entrySchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("situation"), situation: keySchema }),
  z.strictObject({ kind: z.literal("event"), match: matcherSchema, where: ruleSchema.optional() }),
  /** Cron in five fields. zone `customer` runs each occurrence at the local time of each customer. */
  z.strictObject({
    kind: z.literal("schedule"),
    cron: z.string().min(9).max(100),
    zone: z.union([z.literal("customer"), z.literal("company"), z.string().min(3).max(60)]),
    segment: keySchema,
  }),
  z.strictObject({ kind: z.literal("incident"), on: z.enum(["opened", "resolved"]) }),
  z.strictObject({ kind: z.literal("api") }),
]);

/** `auto` lets the channel guard choose; a list fixes the channels, in order. */
const channelChoice = z.union([z.literal("auto"), z.array(channelSchema).min(1).max(5)]);
const next = nodeId;

const helpNode = z.strictObject({
  id: nodeId,
  kind: z.literal("help"),
  response: keySchema,
  channels: channelChoice,
  /** How long the offer stays useful; a hold past it becomes SUPPRESS(stale). */
  validForMs: durationMsSchema.min(1000),
  sensitive: z.boolean(),
  expectedBenefit: z.number().min(0).max(1000),
  next,
});
const ladderNode = z.strictObject({
  id: nodeId,
  kind: z.literal("ladder"),
  /** Smallest interruption first; the next rung only if the situation persists and the customer has neither acted nor declined. */
  rungs: z
    .array(
      z.strictObject({
        response: keySchema,
        channels: z.array(channelSchema).min(1).max(5),
        validForMs: durationMsSchema.min(1000),
        /** Patience before the next rung. */
        waitMs: durationMsSchema.min(1000),
      }),
    )
    .min(1)
    .max(8),
  sensitive: z.boolean(),
  expectedBenefit: z.number().min(0).max(1000),
  next,
});
const waitNode = z.discriminatedUnion("mode", [
  z.strictObject({ id: nodeId, kind: z.literal("wait"), mode: z.literal("for"), ms: durationMsSchema.min(1000), next }),
  z.strictObject({
    id: nodeId,
    kind: z.literal("wait"),
    mode: z.literal("until_local_time"),
    from: localTime,
    to: localTime,
    days: z.array(z.number().int().min(1).max(7)).min(1).max(7),
    next,
  }),
  z.strictObject({
    id: nodeId,
    kind: z.literal("wait"),
    mode: z.literal("until_event"),
    match: matcherSchema,
    timeoutMs: durationMsSchema.min(1000),
    next,
    onTimeout: nodeId,
  }),
  z.strictObject({
    id: nodeId,
    kind: z.literal("wait"),
    mode: z.literal("until_situation_ends"),
    situation: keySchema,
    timeoutMs: durationMsSchema.min(1000),
    next,
    onTimeout: nodeId,
  }),
]);
const branchNode = z.strictObject({
  id: nodeId,
  kind: z.literal("branch"),
  cases: z
    .array(z.strictObject({ name: z.string().min(1).max(80), rule: ruleSchema, next }))
    .min(1)
    .max(10),
  otherwise: nodeId,
});
const splitNode = z.strictObject({
  id: nodeId,
  kind: z.literal("split"),
  salt: z.string().min(1).max(80),
  arms: z
    .array(z.strictObject({ key: keySchema, weight: z.number().positive(), next }))
    .min(2)
    .max(8),
});
const handoffNode = z.strictObject({
  id: nodeId,
  kind: z.literal("handoff"),
  queue: keySchema,
  priority: z.number().int().min(1).max(5),
  slaMs: durationMsSchema.min(60_000),
  title: z.string().min(1).max(200),
  next,
});
const surveyNode = z.strictObject({
  id: nodeId,
  kind: z.literal("survey"),
  survey: z.enum(["csat", "nps", "ces"]),
  response: keySchema,
  channels: channelChoice,
  validForMs: durationMsSchema.min(1000),
  next,
});
const goalNode = z.strictObject({ id: nodeId, kind: z.literal("goal"), next });
const exitNode = z.strictObject({ id: nodeId, kind: z.literal("exit"), reason: z.string().min(1).max(80) });

export const journeyNodeSchema = z.union([
  helpNode,
  ladderNode,
  waitNode,
  branchNode,
  splitNode,
  handoffNode,
  surveyNode,
  goalNode,
  exitNode,
]);
export type JourneyNode = z.infer<typeof journeyNodeSchema>;

export const journeySchema = z.strictObject({
  key: keySchema,
  name: z.string().min(1).max(120),
  description: z.string().max(1000),
  purpose: purposeSchema,
  class: messageClassSchema,
  /** What the customer can turn off on the preference page. */
  topic: keySchema,
  /** Product area, matched against incident scopes. */
  area: keySchema.optional(),
  /** Higher goes first when several want to speak (0..100). */
  priority: z.number().int().min(0).max(100),
  /** What happens to this journey's candidate when another wins. */
  whenOutranked: z.enum(["hold", "suppress"]),
  entry: entrySchema,
  reentry: z.discriminatedUnion("mode", [
    z.strictObject({ mode: z.literal("once") }),
    z.strictObject({ mode: z.literal("after"), ms: durationMsSchema.min(1000) }),
    z.strictObject({ mode: z.literal("always") }),
  ]),
  /** May one customer be inside more than once at a time? */
  concurrency: z.enum(["one", "many"]),
  /** Leave at once when the starting situation ends / when a matching event arrives. */
  exitOn: z.strictObject({ situationEnds: z.boolean(), event: matcherSchema.optional() }),
  goal: z.strictObject({ match: matcherSchema, windowMs: durationMsSchema.min(60_000) }).optional(),
  holdoutShare: shareSchema,
  rolloutShare: shareSchema,
  /** The same intent is not offered again to a customer within this window, by any journey on any channel. */
  duplicateWindowMs: durationMsSchema,
  validFrom: z.iso.datetime().optional(),
  validUntil: z.iso.datetime().optional(),
  start: nodeId,
  nodes: z.array(journeyNodeSchema).min(1).max(400),
});
export type JourneyDefinition = z.infer<typeof journeySchema>;
