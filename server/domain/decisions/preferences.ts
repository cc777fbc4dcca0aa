import type { DecideInput } from "./decision.ts";

export type Preferences = DecideInput["preferences"];

/** What holds for a customer who never chose anything. */
export function noPreferences(): Preferences {
  return { topicsOff: [], channelsOff: [], preferredChannel: null, quietHours: null, snoozedUntil: null, helpOff: false };
}

/** What two profiles of one person want together: whatever either turned off is off, and of two choices that of the profile that stays holds. */
export function mergePreferences(ours: Preferences | undefined, theirs: Preferences): Preferences {
  const kept = ours ?? theirs;
  return {
    topicsOff: [...new Set([...kept.topicsOff, ...theirs.topicsOff])],
    channelsOff: [...new Set([...kept.channelsOff, ...theirs.channelsOff])],
    preferredChannel: kept.preferredChannel ?? theirs.preferredChannel,
    quietHours: kept.quietHours ?? theirs.quietHours,
    snoozedUntil: Math.max(kept.snoozedUntil ?? 0, theirs.snoozedUntil ?? 0) || null,
    helpOff: kept.helpOff || theirs.helpOff,
  };
}
