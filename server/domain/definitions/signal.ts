import * as z from "zod";
import { durationMsSchema, keySchema, localizedTextSchema, purposeSchema } from "./common-fields.ts";
import { matcherSchema } from "./rule.ts";

const base = {
  key: keySchema,
  name: z.string().min(1).max(120),
  /** The clue in plain words, shown to the customer: "the payment form refused your card twice". */
  clue: localizedTextSchema,
  purpose: purposeSchema,
  /** Source keys this signal may read; `*` is every source. */
  sources: z.array(z.string().min(1)).min(1),
  /** Time after which a hit counts half. */
  halfLifeMs: durationMsSchema.min(1000),
  /** k in intensity = S / (S + k). */
  saturation: z.number().positive(),
  /** Beta prior of precision: how often this clue has meant real trouble. */
  reliability: z.strictObject({ alpha: z.number().positive(), beta: z.number().positive() }),
  /** An event of the source older than this makes the clue stale: confidence falls. */
  freshnessMs: durationMsSchema.optional(),
};

/** Each match adds `weight`. */
const countSchema = z.strictObject({ ...base, kind: z.literal("count"), match: matcherSchema, weight: z.number().positive() });
/** The same value of `keyField` seen `times` times within `withinMs`: rage clicks, repeated steps. Re-arms after the window. */
const repeatSchema = z.strictObject({
  ...base,
  kind: z.literal("repeat"),
  match: matcherSchema,
  keyField: z.string().max(200),
  times: z.number().int().min(2).max(50),
  withinMs: durationMsSchema.min(100),
  weight: z.number().positive(),
});
/** A critical step begun and not completed within `withinMs`; a timer fires it. `keyField` pairs begin and completion. */
const exitSchema = z.strictObject({
  ...base,
  kind: z.literal("exit"),
  begin: matcherSchema,
  complete: matcherSchema,
  keyField: z.string().max(200).optional(),
  withinMs: durationMsSchema.min(100),
  weight: z.number().positive(),
});
/** The short-window rate against the customer's own long-window baseline. */
const changeSchema = z.strictObject({
  ...base,
  kind: z.literal("change"),
  match: matcherSchema,
  direction: z.enum(["drop", "rise"]),
  shortHalfLifeMs: durationMsSchema.min(1000),
  longHalfLifeMs: durationMsSchema.min(1000),
  /** No value before this many events and two long windows. */
  minBaselineEvents: z.number().int().min(1),
});
/** A numeric property, e.g. minutes of delay, added as weight `value * scale`. */
const valueSchema = z.strictObject({
  ...base,
  kind: z.literal("value"),
  match: matcherSchema,
  field: z.string().max(200),
  scale: z.number().positive(),
});

export const signalSchema = z.discriminatedUnion("kind", [countSchema, repeatSchema, exitSchema, changeSchema, valueSchema]);
export type SignalDefinition = z.infer<typeof signalSchema>;
export type SignalKind = SignalDefinition["kind"];
