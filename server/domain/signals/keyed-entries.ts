import { type KeyFloor, maxKeys } from "./state.ts";

/** What is kept for one key, reduced to the time it was last seen. */
type Keyed = readonly [key: string, ...unknown[]];

/** Whether an entry lies at or before the floor: it was dropped before, in whatever order things arrive. */
export function isBelowFloor(floor: KeyFloor, at: number, key: string): boolean {
  return floor !== null && (at < floor[0] || (at === floor[0] && key <= floor[1]));
}

/**
 * The floor after looking at all kept keys: the newest entry of the key that is one too many. Everything at or before it goes. The floor
 * only rises and depends on the set of entries alone, so what is kept is the same under any order of arrival.
 */
export function raiseFloor<K extends Keyed>(floor: KeyFloor, keys: readonly K[], lastSeen: (entry: K) => number): KeyFloor {
  if (keys.length <= maxKeys) return floor;
  const newestFirst = keys.map((entry): [number, string] => [lastSeen(entry), entry[0]]).sort((a, b) => (isBefore(a, b) ? 1 : -1));
  return newestFirst[maxKeys] ?? floor;
}

/** Inserts or replaces the entry of a key; the list stays sorted by key, so equal states are equal JSON. */
export function putEntry<K extends Keyed>(keys: readonly K[], entry: K): K[] {
  const next = keys.filter(([key]) => key !== entry[0]);
  const index = next.findIndex(([key]) => key > entry[0]);
  next.splice(index === -1 ? next.length : index, 0, entry);
  return next;
}

function isBefore(a: [number, string], b: [number, string]): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}
