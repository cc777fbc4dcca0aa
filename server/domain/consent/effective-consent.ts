import { channels } from "../definitions/common-fields.ts";
import { admitConsent } from "./admit-consent.ts";
import { type ConsentEntry, compactConsent, type EffectiveConsent, emptyGrid } from "./consent-entry.ts";
import { strictness } from "./stricter-consent.ts";

/**
 * Folds the ledger of one customer into the state that holds. Independent of the entries' order: later `occurredAt` wins, at the
 * same instant the stricter; an entry for all channels replaces what was said before on each. `at` asks for the state at an
 * instant, `knownAt` for what had been recorded by then: together they answer what a past decision could know.
 */
export function effectiveConsent(
  entries: readonly ConsentEntry[],
  { at = Number.POSITIVE_INFINITY, knownAt = Number.POSITIVE_INFINITY }: { at?: number; knownAt?: number } = {},
): EffectiveConsent {
  const grid = emptyGrid();
  const ordered = entries.filter((entry) => entry.occurredAt <= at && entry.recordedAt <= knownAt).sort(inOrderOfEffect);
  for (const entry of ordered) {
    const states = grid[entry.purpose];
    for (const channel of entry.channel === "*" ? channels : [entry.channel]) {
      if (admitConsent(states[channel], entry).admitted) states[channel] = entry.state;
    }
  }
  return compactConsent(grid);
}

function inOrderOfEffect(a: ConsentEntry, b: ConsentEntry): number {
  return a.occurredAt - b.occurredAt || strictness(a.state) - strictness(b.state) || a.recordedAt - b.recordedAt || (a.id < b.id ? -1 : 1);
}
