import * as z from "zod";
import { durationMsSchema, keySchema, localizedTextSchema, shareSchema } from "./common-fields.ts";

const thresholdsSchema = z
  .strictObject({ enter: shareSchema, exit: shareSchema })
  .refine((t) => t.exit < t.enter, { message: "exit must lie below enter", path: ["exit"] });

/**
 * A named combination of signals: score = 1 - product over groups of (1 - max(weight * confidence * intensity)), clamped to 0..1.
 * Entered at `enter`, left at `exit` (hysteresis), per segment.
 */
export const situationSchema = z.strictObject({
  key: keySchema,
  name: z.string().min(1).max(120),
  /** Why it matters to the customer, in plain words. */
  meaning: localizedTextSchema,
  signals: z
    .array(z.strictObject({ signal: keySchema, group: keySchema, weight: shareSchema }))
    .min(1)
    .max(40),
  minGroups: z.number().int().min(1),
  thresholds: thresholdsSchema,
  /** The first segment the customer is a member of decides; otherwise `thresholds`. */
  segmentThresholds: z.array(z.strictObject({ segment: keySchema, enter: shareSchema, exit: shareSchema })).max(20),
  /** Below this confidence the act band is closed: ask the customer, send to a person, or stay silent. */
  confidenceFloor: shareSchema,
  belowFloor: z.enum(["ask", "review", "silent"]),
  /** Score from which the ask / stay-silent band makes a candidate; at most `enter`. */
  askFrom: shareSchema.optional(),
  /** An active situation is left after this long whatever its score says. */
  maxDurationMs: durationMsSchema.optional(),
});
export type SituationDefinition = z.infer<typeof situationSchema>;
