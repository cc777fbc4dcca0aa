import type { SignalDefinition } from "../definitions/signal.ts";
import { addDecayed } from "./decay.ts";
import type { SignalHit } from "./hit.ts";
import { isBelowFloor, putEntry, raiseFloor } from "./keyed-entries.ts";
import { type ChangeState, type ExitState, lateWindowMs, type RepeatState, type SignalState, type SumState } from "./state.ts";

type Folded = { state: SignalState; droppedKeys: number };
type Of<K extends SignalDefinition["kind"]> = Extract<SignalDefinition, { kind: K }>;

/**
 * The state of one signal after one more hit. A fold over a set: the result is the same (to 1e-9 relative) in whatever order hits
 * are folded. A hit must be folded once. State left over from a definition of another kind is dropped; a hit of another kind is ignored.
 */
export function foldHit(definition: SignalDefinition, state: SignalState | undefined, hit: SignalHit): Folded | null {
  const { input, occurredAt: at } = hit;
  switch (definition.kind) {
    case "count":
    case "value":
      return input.op === "add" ? kept(addToSum(definition, state?.kind === "sum" ? state : null, input.weight, at)) : null;
    case "repeat":
      return input.op === "seen" ? addTime(definition, state?.kind === "repeat" ? state : emptyRepeat, input.key, at) : null;
    case "exit":
      return input.op === "begin" || input.op === "complete"
        ? addStep(state?.kind === "exit" ? state : emptyExit, input.op, input.key, at)
        : null;
    case "change":
      return input.op === "tick" ? kept(addTick(definition, state?.kind === "change" ? state : null, at)) : null;
  }
}

const emptyRepeat: RepeatState = { kind: "repeat", keys: [], floor: null };
const emptyExit: ExitState = { kind: "exit", keys: [], floor: null };

function kept(state: SignalState): Folded {
  return { state, droppedKeys: 0 };
}

function addToSum(definition: Of<"count"> | Of<"value">, held: SumState | null, weight: number | null, at: number): SumState {
  const from = held ?? { kind: "sum" as const, sum: 0, at: 0, hits: 0, missing: 0 };
  // A value that could not be read says nothing about the clue, only about the quality of its data.
  if (weight === null) return { ...from, missing: from.missing + 1 };
  const { sum, at: newest } = from.hits === 0 ? { sum: weight, at } : addDecayed(from, weight, at, definition.halfLifeMs);
  return { kind: "sum", sum, at: newest, hits: from.hits + 1, missing: from.missing };
}

/** How far back times of a key are kept: over the late window, and until a hit they make has faded to a sixteenth. */
function keptForMs(definition: Of<"repeat">): number {
  return definition.withinMs + Math.max(lateWindowMs, 4 * definition.halfLifeMs);
}

function addTime(definition: Of<"repeat">, held: RepeatState, key: string, at: number): Folded {
  if (isBelowFloor(held.floor, at, key)) return kept(held);
  const before = held.keys.find(([name]) => name === key)?.[1] ?? [];
  if (before.includes(at)) return kept(held);
  const sorted = [...before, at].sort((a, b) => a - b);
  const newest = sorted.at(-1) ?? at;
  const times = sorted.slice(-2 * definition.times).filter((time) => time >= newest - keptForMs(definition));
  const keys = putEntry<RepeatState["keys"][number]>(held.keys, [key, times]);
  const floor = raiseFloor(held.floor, keys, ([, all]) => all.at(-1) ?? 0);
  if (floor === held.floor) return kept({ kind: "repeat", keys, floor });
  const left = keys
    .map(([name, all]): RepeatState["keys"][number] => [name, all.filter((time) => !isBelowFloor(floor, time, name))])
    .filter(([, all]) => all.length > 0);
  return { state: { kind: "repeat", keys: left, floor }, droppedKeys: keys.length - left.length };
}

function addStep(held: ExitState, op: "begin" | "complete", key: string, at: number): Folded {
  if (isBelowFloor(held.floor, at, key)) return kept(held);
  const [, begun, completed] = held.keys.find(([name]) => name === key) ?? [key, null, null];
  const entry: ExitState["keys"][number] =
    op === "begin" ? [key, Math.max(begun ?? at, at), completed] : [key, begun, Math.max(completed ?? at, at)];
  const keys = putEntry(held.keys, entry);
  const floor = raiseFloor(held.floor, keys, ([, begin, complete]) => Math.max(begin ?? -Infinity, complete ?? -Infinity));
  if (floor === held.floor) return kept({ kind: "exit", keys, floor });
  const above = (time: number | null, name: string): number | null => (time !== null && !isBelowFloor(floor, time, name) ? time : null);
  const left = keys
    .map(([name, begin, complete]): ExitState["keys"][number] => [name, above(begin, name), above(complete, name)])
    .filter(([, begin, complete]) => begin !== null || complete !== null);
  return { state: { kind: "exit", keys: left, floor }, droppedKeys: keys.length - left.length };
}

function addTick(definition: Of<"change">, held: ChangeState | null, at: number): ChangeState {
  if (!held) return { kind: "change", short: 1, long: 1, at, firstAt: at, events: 1 };
  const short = addDecayed({ sum: held.short, at: held.at }, 1, at, definition.shortHalfLifeMs);
  const long = addDecayed({ sum: held.long, at: held.at }, 1, at, definition.longHalfLifeMs);
  return {
    kind: "change",
    short: short.sum,
    long: long.sum,
    at: short.at,
    firstAt: Math.min(held.firstAt, at),
    events: held.events + 1,
  };
}
