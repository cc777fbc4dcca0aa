/** Why a candidate did not go at once. Stable: stored in decisions, counted in reports, explained in words. */
export const blockingCodes = [
  "erased",
  "paused",
  "address_suppressed",
  "journey_not_live",
  "journey_outside_dates",
  "enrollment_ended",
  "stale",
  "journey_suspended",
  "holdout_journey",
  "holdout_global",
  "consent_withdrawn",
  "consent_denied",
  "consent_pending",
  "consent_unknown",
  "no_lawful_basis",
  "help_off",
  "topic_off",
  "topic_turned_off",
  "help_declined",
  "help_snoozed",
  "all_snoozed",
  "channel_off",
  "incident",
  "open_case",
  "case_grace",
  "goal_reached",
  "duplicate",
  "ask_first",
  "unsure",
  "stay_silent",
  "sensitive",
  "quiet_hours",
  "own_quiet_hours",
  "cap_day",
  "cap_week",
  "cap_rolling_24h",
  "cooldown",
  "outranked",
  "no_wording",
  "all_channels_failed",
  "no_channel",
] as const;
export type BlockingCode = (typeof blockingCodes)[number];

/** `other_channel`: one channel is closed, another is open; `already_closed`: earlier guards had closed them all. */
export const passingCodes = ["ok", "other_channel", "already_closed", "skipped_by_class"] as const;
export type PassingCode = (typeof passingCodes)[number];

/** Ends the code of a hold that would have outlived the offer. */
export const staleSuffix = "_stale";
export type GuardCode = BlockingCode | PassingCode | `${BlockingCode}${typeof staleSuffix}`;

/** The blocking code inside a recorded one, and whether the offer ran out before the hold would have ended. Null for passing codes. */
export function readCode(code: string): { code: BlockingCode; outlived: boolean } | null {
  const plain = blockingCodes.find((one) => one === code);
  if (plain !== undefined) return { code: plain, outlived: false };
  const held = blockingCodes.find((one) => `${one}${staleSuffix}` === code);
  return held === undefined ? null : { code: held, outlived: true };
}
