import type { Channel } from "../definitions/common-fields.ts";
import type { LocalWindow } from "../definitions/policy.ts";
import { endOfLocalWindow, inLocalWindow } from "../time/zone.ts";

/** Shown only to somebody who is looking: they wait quietly and disturb nobody at night. */
const silentChannels: readonly Channel[] = ["in_page", "in_app"];

export type QuietRule = { channels: readonly Channel[]; window: LocalWindow };
export type QuietTime = { window: LocalWindow; source: "policy" | "customer"; until: number };

/** Windows that touch are one quiet time; more than this many in a row is a policy that never speaks. */
const maxWindows = 12;

/**
 * The quiet time `now` lies in for a channel, or null. Windows are half-open [from, to) in the customer's zone; where several
 * overlap or touch, `until` is the end of the last. The customer's own hours hold on every channel that can disturb.
 */
export function quietTime(
  channel: Channel,
  rules: readonly QuietRule[],
  own: LocalWindow | null,
  zone: string,
  now: number,
): QuietTime | null {
  const first = windowAt(channel, rules, own, zone, now);
  if (first === null) return null;
  let until = first.until;
  for (let step = 1; step < maxWindows; step += 1) {
    const next = windowAt(channel, rules, own, zone, until);
    if (next === null) break;
    until = next.until;
  }
  return { ...first, until };
}

function windowAt(channel: Channel, rules: readonly QuietRule[], own: LocalWindow | null, zone: string, at: number): QuietTime | null {
  for (const rule of rules) {
    if (rule.channels.includes(channel) && inLocalWindow(zone, at, rule.window)) {
      return { window: rule.window, source: "policy", until: endOfLocalWindow(zone, at, rule.window) };
    }
  }
  if (own !== null && !silentChannels.includes(channel) && inLocalWindow(zone, at, own)) {
    return { window: own, source: "customer", until: endOfLocalWindow(zone, at, own) };
  }
  return null;
}
