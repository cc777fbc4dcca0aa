import type { Channel } from "../../definitions/common-fields.ts";
import type { Calendar } from "../../moderation/calendar.ts";
import { reachedCap } from "../../moderation/cap.ts";
import type { DecideInput, GuardVerdict, RecentContact } from "../decision.ts";
import type { Subject } from "../subject.ts";
import { type Block, judgeWays } from "../ways.ts";

/** Caps per local day, ISO week and rolling 24 hours, overall and per channel. */
export function caps(subject: Subject): GuardVerdict {
  return judgeWays("caps", subject.ways);
}

export function capsBlock(input: DecideInput, contacts: readonly RecentContact[], calendar: Calendar, channel: Channel): Block | null {
  const reached = reachedCap(input.policies.caps, channel, contacts, calendar);
  if (reached === null) return null;
  const { per, clearsAt, count, max, channel: of } = reached;
  return { code: capCodes[per], until: clearsAt, facts: { count, max, of } };
}

const capCodes = { day: "cap_day", week: "cap_week", rolling_24h: "cap_rolling_24h" } as const;
