import type { Channel } from "../../definitions/common-fields.ts";
import type { Calendar } from "../../moderation/calendar.ts";
import { reachedCap } from "../../moderation/cap.ts";
import type { DecideInput, Facts, GuardVerdict, RecentContact } from "../decision.ts";
import type { Subject } from "../subject.ts";
import { type Block, judgeWays } from "../ways.ts";

/** Caps per local day, ISO week and rolling 24 hours, overall and per channel. */
export function caps(subject: Subject): GuardVerdict {
  return judgeWays("caps", subject.ways, capFacts(subject));
}

export function capsBlock(input: DecideInput, contacts: readonly RecentContact[], calendar: Calendar, channel: Channel): Block | null {
  const reached = reachedCap(input.policies.caps, channel, contacts, calendar);
  return reached === null ? null : { code: capCodes[reached.per], until: reached.clearsAt };
}

const capCodes = { day: "cap_day", week: "cap_week", rolling_24h: "cap_rolling_24h" } as const;

/** The numbers of the cap that closed the first closed channel. */
function capFacts(subject: Subject): Facts | undefined {
  const closed = subject.ways.find((way) => way.caps !== null);
  if (closed === undefined) return undefined;
  const reached = reachedCap(subject.input.policies.caps, closed.channel, subject.contacts, subject.calendar);
  return reached === null ? undefined : { count: reached.count, max: reached.max, per: reached.per, of: reached.channel };
}
