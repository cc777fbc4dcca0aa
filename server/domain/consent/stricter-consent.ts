import { type Channel, channelSchema, channels, type Purpose, purposeSchema, purposes } from "../definitions/common-fields.ts";
import { type ConsentState, compactConsent, consentState, type EffectiveConsent, emptyGrid } from "./consent-entry.ts";

const order: Record<ConsentState, number> = { granted: 0, pending: 1, denied: 2, withdrawn: 3 };

/** Higher is stricter. */
export function strictness(state: ConsentState): number {
  return order[state];
}

/** The stricter of two answers. Never having been asked is no answer: the other one stands. */
export function stricter(a: ConsentState | undefined, b: ConsentState | undefined): ConsentState | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  return order[a] >= order[b] ? a : b;
}

/**
 * What holds for one person whose two profiles are merged: on each purpose and channel the stricter answer. The merge records the
 * result as entries of the surviving profile, so that a later yes of the person can change it again.
 */
export function stricterConsent(a: EffectiveConsent, b: EffectiveConsent): EffectiveConsent {
  const grid = emptyGrid();
  for (const purpose of purposes) {
    for (const channel of channels) {
      const state = stricter(consentState(a, purpose, channel), consentState(b, purpose, channel));
      if (state !== undefined) grid[purpose][channel] = state;
    }
  }
  return compactConsent(grid);
}

/** What the ledger of the profile that stays has to say anew after a merge for the stricter answers to stand. */
export function mergedConsent(
  ours: EffectiveConsent,
  theirs: EffectiveConsent,
): { purpose: Purpose; channel: Channel | "*"; state: ConsentState }[] {
  const changed = Object.entries(stricterConsent(ours, theirs)).filter(([key, state]) => ours[key] !== state);
  return changed.map(([key, state]) => ({ ...readConsentKey(key), state }));
}

function readConsentKey(key: string): { purpose: Purpose; channel: Channel | "*" } {
  const [purpose, channel] = key.split(":");
  return { purpose: purposeSchema.parse(purpose), channel: channel === "*" ? "*" : channelSchema.parse(channel) };
}
