import * as z from "zod";
import type { ArtifactKind } from "../definitions/catalog.ts";

/**
 * What one matching event gave to one signal: all that is needed to fold it again. `add` carries a weight, or null when the value could
 * not be read; `seen`, `begin` and `complete` carry the value of the key field; `tick` is an event of a change signal.
 */
export const hitInputSchema = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("add"), weight: z.number().nullable() }),
  z.strictObject({ op: z.literal("seen"), key: z.string() }),
  z.strictObject({ op: z.literal("begin"), key: z.string() }),
  z.strictObject({ op: z.literal("complete"), key: z.string() }),
  z.strictObject({ op: z.literal("tick") }),
]);
export type HitInput = z.infer<typeof hitInputSchema>;

/** A row of `signal_hit`: the observation, its time (epoch ms) and its event. `input` is the JSON column `hit`. */
export type SignalHit = { signal: string; occurredAt: number; messageKey: string; input: HitInput };

/** One definition failed for one customer: it was skipped, everything else went on. */
export type DefinitionFault = { kind: ArtifactKind; key: string; version: number; message: string };

/** Keys of a `repeat` or `exit` signal that were dropped because the customer has more than `maxKeys` of them. */
export type DroppedKeys = { signal: string; count: number };

/** The order in which hits apply: by time, then messageKey, then signal. */
export function compareHits(a: SignalHit, b: SignalHit): number {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt - b.occurredAt;
  if (a.messageKey !== b.messageKey) return a.messageKey < b.messageKey ? -1 : 1;
  return a.signal < b.signal ? -1 : a.signal > b.signal ? 1 : 0;
}

/** A fault as data: the message of what was thrown, cut to 300 characters. */
export function faultOf(kind: ArtifactKind, key: string, version: number, error: unknown): DefinitionFault {
  const message = error instanceof Error ? error.message : String(error);
  return { kind, key, version, message: message.slice(0, 300) };
}

/** The faults with each definition named once: one evaluation looks at a definition many times. */
export function eachOnce(faults: readonly DefinitionFault[]): DefinitionFault[] {
  const byDefinition = new Map<string, DefinitionFault>();
  for (const fault of faults) byDefinition.set(`${fault.kind}:${fault.key}`, fault);
  return [...byDefinition.values()];
}
