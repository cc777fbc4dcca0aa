import type { Channel } from "../../definitions/common-fields.ts";
import type { CandidateInput, DecideInput, GuardVerdict } from "../decision.ts";
import { recheckAt } from "../guard-verdict.ts";
import type { Subject } from "../subject.ts";
import { type Block, judgeWays } from "../ways.ts";

const recheckMs = 5 * 60_000;

/** Holds help about an area, or on a channel, that an open incident covers. An offer without an area is held by incidents of every area only. */
export function incident(subject: Subject): GuardVerdict {
  const { area } = subject.candidate.offer;
  let ids: string[] | null = null;
  for (const one of subject.input.incidents) {
    if (!coversArea(one, area)) continue;
    ids ??= [];
    ids.push(one.id);
  }
  return judgeWays("incident", subject.ways, ids === null ? undefined : { area, incidents: ids });
}

export function incidentBlock(input: DecideInput, candidate: CandidateInput, channel: Channel): Block | null {
  for (const one of input.incidents) {
    if (!coversArea(one, candidate.offer.area)) continue;
    if (one.channels === null || one.channels.includes(channel)) {
      return { code: "incident", until: recheckAt(input.now, recheckMs, candidate.validUntil) };
    }
  }
  return null;
}

/** An incident without areas covers everything. */
export function coversArea(one: DecideInput["incidents"][number], area: string | null): boolean {
  return one.areas === null || (area !== null && one.areas.includes(area));
}
