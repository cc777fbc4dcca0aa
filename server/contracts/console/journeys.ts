import * as z from "zod";
import { journeySchema } from "../../domain/definitions/journey.ts";
import { comparisonSchema } from "./today.ts";

export const journeyListItemSchema = z.object({
  key: z.string(),
  name: z.string(),
  description: z.string(),
  entry: z.string(),
  liveVersion: z.number().nullable(),
  draft: z.boolean(),
  suspendedReason: z.string().nullable(),
  entered: z.number(),
  active: z.number(),
  sent: z.number(),
  withheld: z.number(),
  goals: z.number(),
});
export type JourneyListItem = z.infer<typeof journeyListItemSchema>;

export const journeyInput = z.strictObject({ key: z.string().max(80), version: z.number().int().min(1).nullable().default(null) });
export const journeyViewSchema = z.object({
  key: z.string(),
  name: z.string(),
  liveVersion: z.number().nullable(),
  /** The version the picture shows. */
  version: z.number(),
  status: z.string(),
  definition: journeySchema,
  /** Names behind the keys that the picture mentions. */
  names: z.record(z.string(), z.string()),
  suspendedReason: z.string().nullable(),
  counts: z.object({ entered: z.number(), active: z.number(), sent: z.number(), withheld: z.number(), goals: z.number() }),
  nodes: z.array(z.object({ node: z.string(), here: z.number(), sent: z.number(), withheld: z.number(), failed: z.number() })),
  verdicts: z.array(z.object({ verdict: z.string(), guard: z.string().nullable(), count: z.number() })),
  verdictDays: z.number(),
  goalRate: comparisonSchema,
  contactRate: comparisonSchema,
  contactDays: z.number(),
  windowDays: z.number(),
  versions: z.array(
    z.object({
      version: z.number(),
      status: z.string(),
      authors: z.array(z.string()),
      note: z.string().nullable(),
      createdAt: z.number(),
      liveAt: z.number().nullable(),
      reviews: z.array(z.object({ verdict: z.string(), by: z.string(), comment: z.string(), at: z.number() })),
    }),
  ),
});
export type JourneyView = z.infer<typeof journeyViewSchema>;
