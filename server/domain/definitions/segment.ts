import * as z from "zod";
import { keySchema } from "./common-fields.ts";
import { ruleSchema } from "./rule.ts";

/** A saved rule over traits, signals, situations and other segments. */
export const segmentSchema = z.strictObject({ key: keySchema, name: z.string().min(1).max(120), rule: ruleSchema });
export type SegmentDefinition = z.infer<typeof segmentSchema>;
