import type { CustomerView } from "../customer.ts";
import type { Catalog } from "../definitions/catalog.ts";
import type { SignalDefinition } from "../definitions/signal.ts";
import type { Enrollment } from "../journeys/enrollment.ts";
import { replaces } from "../profile/mark.ts";
import { type Address, type AddressKind, type Profile, reservedMarks } from "../profile/profile.ts";
import { decay } from "../signals/decay.ts";
import type { SignalHit } from "../signals/hit.ts";
import { putEntry, raiseFloor } from "../signals/keyed-entries.ts";
import { nextRise, riseTimer } from "../signals/next-rise.ts";
import { type CustomerState, type KeyFloor, ownValue, type SignalState, type SituationState } from "../signals/state.ts";
import { advanceSnapshot, replayWindow } from "../situations/replay-window.ts";
import type { SituationTransition } from "../situations/transition.ts";
import type { TimerChange } from "../timer.ts";

/** One person, known under two customers, as one: what was written later stands, verified before unverified. */
export function foldProfiles(into: Profile, from: Profile): Profile {
  const traits = { ...into.traits };
  const marks = { ...into.marks };
  for (const [name, mark] of Object.entries(from.marks)) {
    if (reservedMarks.has(name)) continue;
    const value = ownValue(from.traits, name);
    if (!replaces({ mark: ownValue(marks, name), value: ownValue(traits, name) }, { mark, value })) continue;
    marks[name] = mark;
    if (value === undefined) delete traits[name];
    else traits[name] = value;
  }
  const locale = told(into.locale, from.locale);
  const timezone = told(into.timezone, from.timezone);
  const addresses = foldAddresses(into.addresses, from.addresses);
  for (const [mark, taken] of [
    ["$locale", locale !== into.locale],
    ["$timezone", timezone !== into.timezone],
    ["$email", addresses.email !== into.addresses.email],
    ["$phone", addresses.phone !== into.addresses.phone],
  ] as const) {
    const held = ownValue(from.marks, mark);
    if (taken && held !== undefined) marks[mark] = held;
  }
  return { traits, marks, locale, timezone, addresses };
}

type Place = Profile["locale"];

function told(into: Place, from: Place): Place {
  if (into === null) return from;
  return into.source === "context" && from?.source === "told" ? from : into;
}

function foldAddresses(into: Profile["addresses"], from: Profile["addresses"]): Profile["addresses"] {
  const folded: Profile["addresses"] = {};
  const kinds: AddressKind[] = ["email", "phone"];
  for (const kind of kinds) {
    const better = betterAddress(into[kind], from[kind]);
    if (better !== undefined) folded[kind] = better;
  }
  return folded;
}

function betterAddress(a: Address | undefined, b: Address | undefined): Address | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.verified !== b.verified) return a.verified ? a : b;
  return a.updatedAt >= b.updatedAt ? a : b;
}

/**
 * Both states as one: signal sums add up at their common time, keys are united; a situation is active when it was in either, and no
 * episode number is used again. Signals that are not live are dropped.
 */
function foldStates(catalog: Catalog, into: CustomerState, from: CustomerState): CustomerState {
  const signals: Record<string, SignalState> = {};
  for (const key of new Set([...Object.keys(into.signals), ...Object.keys(from.signals)])) {
    const definition = catalog.signals.get(key)?.definition;
    const folded = definition && foldSignal(definition, ownValue(into.signals, key), ownValue(from.signals, key));
    if (folded !== undefined) signals[key] = folded;
  }
  const situations: Record<string, SituationState> = {};
  for (const key of new Set([...Object.keys(into.situations), ...Object.keys(from.situations)])) {
    const folded = foldSituation(ownValue(into.situations, key), ownValue(from.situations, key));
    if (folded !== undefined) situations[key] = folded;
  }
  const newest = (from.evaluatedAt ?? Number.NEGATIVE_INFINITY) > (into.evaluatedAt ?? Number.NEGATIVE_INFINITY) ? from : into;
  return { signals, situations, evaluatedAt: newest.evaluatedAt, evaluatedKey: newest.evaluatedKey };
}

function foldSignal(definition: SignalDefinition, a: SignalState | undefined, b: SignalState | undefined): SignalState | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.kind === "sum" && b.kind === "sum") {
    const at = Math.max(a.at, b.at);
    const sum = a.sum * decay(at - a.at, definition.halfLifeMs) + b.sum * decay(at - b.at, definition.halfLifeMs);
    return { kind: "sum", sum, at, hits: a.hits + b.hits, missing: a.missing + b.missing };
  }
  if (a.kind === "change" && b.kind === "change" && definition.kind === "change") {
    const at = Math.max(a.at, b.at);
    const fold = (x: number, y: number, halfLifeMs: number) => x * decay(at - a.at, halfLifeMs) + y * decay(at - b.at, halfLifeMs);
    return {
      kind: "change",
      short: fold(a.short, b.short, definition.shortHalfLifeMs),
      long: fold(a.long, b.long, definition.longHalfLifeMs),
      at,
      firstAt: Math.min(a.firstAt, b.firstAt),
      events: a.events + b.events,
    };
  }
  if (a.kind === "repeat" && b.kind === "repeat" && definition.kind === "repeat") return foldRepeat(a, b, 2 * definition.times);
  if (a.kind === "exit" && b.kind === "exit") return foldExit(a, b);
  return a;
}

type Repeat = Extract<SignalState, { kind: "repeat" }>;
type Exit = Extract<SignalState, { kind: "exit" }>;

function foldRepeat(a: Repeat, b: Repeat, kept: number): Repeat {
  let keys = a.keys;
  for (const [key, times] of b.keys) {
    const other = a.keys.find(([known]) => known === key)?.[1] ?? [];
    const united = [...new Set([...other, ...times])].sort((x, y) => x - y).slice(-kept);
    keys = putEntry(keys, [key, united]);
  }
  const floor = raiseFloor(higher(a.floor, b.floor), keys, ([, times]) => times.at(-1) ?? 0);
  return { kind: "repeat", keys: keys.filter(([key, times]) => isAbove(floor, times.at(-1) ?? 0, key)), floor };
}

function foldExit(a: Exit, b: Exit): Exit {
  let keys = a.keys;
  for (const [key, begun, completed] of b.keys) {
    const other = a.keys.find(([known]) => known === key);
    keys = putEntry(keys, [key, latest(begun, other?.[1] ?? null), latest(completed, other?.[2] ?? null)]);
  }
  const seen = (entry: Exit["keys"][number]) => latest(entry[1], entry[2]) ?? 0;
  const floor = raiseFloor(higher(a.floor, b.floor), keys, seen);
  return { kind: "exit", keys: keys.filter((entry) => isAbove(floor, seen(entry), entry[0])), floor };
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function higher(a: KeyFloor, b: KeyFloor): KeyFloor {
  if (a === null || b === null) return a ?? b;
  return a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]) ? a : b;
}

function isAbove(floor: KeyFloor, at: number, key: string): boolean {
  return floor === null || at > floor[0] || (at === floor[0] && key > floor[1]);
}

function foldSituation(a: SituationState | undefined, b: SituationState | undefined): SituationState | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const active = a.active ? a : b;
  return { ...active, episode: Math.max(a.episode, b.episode), asked: a.asked || b.asked, exitAt: null };
}

/** What one customer's signals and situations are remembered by. `hits` are all stored ones, later than the snapshot. */
export type ClueHistory = { state: CustomerState; snapshot: CustomerState | null; hits: readonly SignalHit[] };

/**
 * Both histories as one: status is walked anew over the hits of both, as far back as both reach, so that it comes out as if all events of
 * the late window had been one person's from the start. What that corrects is retroactive and starts no journey.
 */
export function foldHistories(input: {
  catalog: Catalog;
  customer: CustomerView;
  into: ClueHistory;
  from: ClueHistory;
}): ClueHistory & { transitions: SituationTransition[] } {
  const { catalog, customer, into, from } = input;
  const current = foldStates(catalog, into.state, from.state);
  const snapshot = foldSnapshots(input);
  const since = snapshot?.evaluatedAt ?? Number.NEGATIVE_INFINITY;
  const hits = [...into.hits, ...from.hits].filter((hit) => hit.occurredAt > since);
  if (snapshot === null) return { state: current, snapshot, hits, transitions: [] };
  const { state, transitions } = replayWindow({ catalog, customer, snapshot, hits, current });
  return { state, snapshot, hits, transitions: transitions.map((transition) => ({ ...transition, retroactive: true })) };
}

function foldSnapshots({
  catalog,
  customer,
  into,
  from,
}: {
  catalog: Catalog;
  customer: CustomerView;
  into: ClueHistory;
  from: ClueHistory;
}): CustomerState | null {
  const [first, second] = [into, from].sort((a, b) => (a.snapshot?.evaluatedAt ?? 0) - (b.snapshot?.evaluatedAt ?? 0));
  const earlier = first?.snapshot ?? null;
  const later = second?.snapshot ?? null;
  if (first === undefined || earlier === null || later === null) return earlier ?? later;
  // Nothing lies before either of them: the one that reaches further back holds for both.
  if (isBlank(earlier) && isBlank(later)) return earlier;
  const to = later.evaluatedAt ?? 0;
  const advanced = advanceSnapshot({ catalog, customer, snapshot: earlier, hits: first.hits, to });
  return { ...foldStates(catalog, advanced, later), evaluatedAt: to, evaluatedKey: null };
}

function isBlank({ signals, situations }: CustomerState): boolean {
  return Object.keys(signals).length === 0 && Object.keys(situations).length === 0;
}

/**
 * The timers of a state that was not led there by events: the next rise of every signal, seen from `now`, and one at once for each active
 * situation, whose exit the next step predicts anew.
 */
export function mergedTimers(catalog: Catalog, state: CustomerState, now: number): TimerChange[] {
  const rises = [...catalog.signals.values()].flatMap(({ definition }) => {
    const due = nextRise(definition, ownValue(state.signals, definition.key), now);
    return due === null ? [] : [riseTimer(definition, due)];
  });
  const active = Object.entries(state.situations).filter(([, held]) => held.active);
  return [...rises, ...active.map(([ref]) => ({ op: "set" as const, kind: "situation_exit", ref, dueAt: now }))];
}

/** Of two active enrollments in one journey the older stays; the ids of those that must end. */
export function endedByMerge(into: readonly Enrollment[], from: readonly Enrollment[]): string[] {
  const ended: string[] = [];
  for (const theirs of from.filter(({ status }) => status === "active")) {
    const ours = into.find(({ status, journeyKey }) => status === "active" && journeyKey === theirs.journeyKey);
    if (ours === undefined) continue;
    const oursIsOlder = ours.enteredAt < theirs.enteredAt || (ours.enteredAt === theirs.enteredAt && ours.id < theirs.id);
    ended.push(oursIsOlder ? theirs.id : ours.id);
  }
  return ended;
}

/** Did the two customers stand in different arms of a journey? Then what follows cannot be told apart. */
export function armsDiffer(
  into: readonly Pick<Enrollment, "journeyKey" | "arm">[],
  from: readonly Pick<Enrollment, "journeyKey" | "arm">[],
): boolean {
  const arms = new Map(into.map(({ journeyKey, arm }) => [journeyKey, arm]));
  return from.some(({ journeyKey, arm }) => arms.has(journeyKey) && arms.get(journeyKey) !== arm);
}
