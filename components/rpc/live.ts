"use client";

/** How fresh a screen is kept: `pulse` for what moves by the second, `slow` for lists somebody reads. */
const intervals = { pulse: 5_000, slow: 20_000 } as const;

/** Options that keep a query fresh while its page is looked at. The one place that says how live screens stay live. */
export function live(pace: keyof typeof intervals): { refetchInterval: number; refetchIntervalInBackground: false } {
  return { refetchInterval: intervals[pace], refetchIntervalInBackground: false };
}
