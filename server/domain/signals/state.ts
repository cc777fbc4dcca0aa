import * as z from "zod";

/** Events older than the last evaluated one by at most this much correct situation status (DESIGN: Order). */
export const lateWindowMs = 72 * 3_600_000;
/** At most this many values of `keyField` are kept per customer and signal; the ones seen longest ago are dropped. */
export const maxKeys = 20;

/** A point in the order of keyed entries: time, then key. Entries at or before the floor were dropped and stay dropped. */
const floorSchema = z.tuple([z.number(), z.string()]).nullable();
export type KeyFloor = z.infer<typeof floorSchema>;

/** count and value: S at `at`, the time of the newest hit. `missing` counts matches whose value could not be read. */
const sumStateSchema = z.strictObject({ kind: z.literal("sum"), sum: z.number(), at: z.number(), hits: z.number(), missing: z.number() });
/** repeat: per key the newest 2k distinct times, ascending. */
const repeatStateSchema = z.strictObject({
  kind: z.literal("repeat"),
  keys: z.array(z.tuple([z.string(), z.array(z.number())])),
  floor: floorSchema,
});
/** exit: per key the newest begin and the newest completion. */
const exitStateSchema = z.strictObject({
  kind: z.literal("exit"),
  keys: z.array(z.tuple([z.string(), z.number().nullable(), z.number().nullable()])),
  floor: floorSchema,
});
/** change: short and long decayed sums at `at`, the time of the newest event. */
const changeStateSchema = z.strictObject({
  kind: z.literal("change"),
  short: z.number(),
  long: z.number(),
  at: z.number(),
  firstAt: z.number(),
  events: z.number(),
});

export const signalStateSchema = z.discriminatedUnion("kind", [sumStateSchema, repeatStateSchema, exitStateSchema, changeStateSchema]);
export type SignalState = z.infer<typeof signalStateSchema>;
export type SumState = z.infer<typeof sumStateSchema>;
export type RepeatState = z.infer<typeof repeatStateSchema>;
export type ExitState = z.infer<typeof exitStateSchema>;
export type ChangeState = z.infer<typeof changeStateSchema>;

/** Where a customer stands in one situation. `episode` is the highest number ever used: numbers are never reused. */
export const situationStateSchema = z.strictObject({
  active: z.boolean(),
  episode: z.number().int(),
  enteredAt: z.number().nullable(),
  /** A candidate of the ask / stay-silent band was made and the score has not fallen to `exit` since. */
  asked: z.boolean(),
  /** Left because it lasted too long: not entered again before the score has fallen to `exit`. */
  spent: z.boolean(),
  /** Due time of the `situation_exit` timer, when one is set. */
  exitAt: z.number().nullable(),
});
export type SituationState = z.infer<typeof situationStateSchema>;

/** All signal and situation state of one customer; instants are epoch milliseconds. Kept as one JSON value. */
export const customerStateSchema = z.strictObject({
  signals: z.record(z.string(), signalStateSchema),
  situations: z.record(z.string(), situationStateSchema),
  /** The newest instant that situation status depends on: the newest hit or transition. Older hits need a replay. */
  evaluatedAt: z.number().nullable(),
  /** messageKey of the newest hit when that is what `evaluatedAt` is of: hits of one millisecond have an order too. */
  evaluatedKey: z.string().nullable(),
});
export type CustomerState = z.infer<typeof customerStateSchema>;

/** The state of a customer about whom nothing is known. */
export function emptyCustomerState(): CustomerState {
  return { signals: {}, situations: {}, evaluatedAt: null, evaluatedKey: null };
}

/** Reads a record by own key only, so that a definition called `constructor` finds nothing that is not there. */
export function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
