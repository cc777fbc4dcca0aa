import type { Channel } from "../../definitions/common-fields.ts";
import { quietTime } from "../../moderation/quiet-time.ts";
import type { DecideInput, GuardVerdict } from "../decision.ts";
import type { Subject } from "../subject.ts";
import { type Block, judgeWays } from "../ways.ts";

/** Quiet hours of the policy and of the customer, in the customer's zone; another allowed channel may go instead. */
export function quietHours(subject: Subject): GuardVerdict {
  return judgeWays("quiet_hours", subject.ways, { zoneSource: subject.input.customer.timezoneSource });
}

export function quietHoursBlock(input: DecideInput, zone: string, channel: Channel): Block | null {
  const quiet = quietTime(channel, input.policies.quietHours, input.preferences.quietHours, zone, input.now);
  if (quiet === null) return null;
  const { from, to } = quiet.window;
  return { code: quiet.source === "customer" ? "own_quiet_hours" : "quiet_hours", until: quiet.until, facts: { from, to } };
}
