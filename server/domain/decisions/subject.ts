import type { Channel } from "../definitions/common-fields.ts";
import type { Calendar } from "../moderation/calendar.ts";
import type { CandidateInput, DecideInput, GuardName, RecentContact, Rival } from "./decision.ts";
import { effectiveSkips } from "./guard-table.ts";
import { capsBlock } from "./guards/caps.ts";
import { consentBlock } from "./guards/consent.ts";
import { incidentBlock } from "./guards/incident.ts";
import { preferencesBlock } from "./guards/preferences.ts";
import { quietHoursBlock } from "./guards/quiet-hours.ts";
import type { Way } from "./ways.ts";

/** One candidate with what several guards look at, worked out once. */
export type Subject = {
  readonly input: DecideInput;
  readonly candidate: CandidateInput;
  /** Guards this class of message passes unseen. */
  readonly skips: readonly GuardName[];
  /** Left alone on purpose: the arm or the global holdout says so, and the class may not pass it. */
  readonly held: boolean;
  /** The contacts that count for this candidate, see `ghostScope`. */
  readonly contacts: readonly RecentContact[];
  /** Channels the offer may use at all: it has words for them, and the journey allows them. */
  readonly offered: readonly Channel[];
  /** Of these, the ones that reach the customer and have not surely failed for this step. */
  readonly usable: readonly Channel[];
  readonly ways: readonly Way[];
  readonly calendar: Calendar;
  /** The candidate of the same customer that goes before this one; known once all have been judged. */
  readonly rival: Rival | null;
};

/** Whose ghosts count as contacts: nobody's (null), every journey's (`*`), or those of one journey. */
export type GhostScope = string | null;

/** A candidate judged among the contacts of its own world, or of another candidate's when `scope` is given. */
export function createSubject(input: DecideInput, candidate: CandidateInput, calendar: Calendar, scope?: GhostScope): Subject {
  const skips = effectiveSkips(candidate.offer.class, input.policies.skips);
  const held = isHeld(input, candidate, skips);
  const contacts = contactsThatCount(input, scope === undefined ? ghostScope(input, candidate, held) : scope);
  const offered = offeredChannels(candidate);
  const usable = usableChannels(input, candidate, offered);
  const ways = createWays({ input, candidate, skips, contacts, offered, usable, calendar });
  return { input, candidate, skips, held, contacts, offered, usable, ways, calendar, rival: null };
}

export function isHeld(input: DecideInput, candidate: CandidateInput, skips: readonly GuardName[]): boolean {
  return (candidate.arm === "holdout" || input.customer.inGlobalHoldout) && !skips.includes("holdout");
}

/**
 * Ghosts never count for what is really sent. For a held-out candidate the ghosts of its own journey stand in for the messages the
 * treated arm really got; ghosts of other journeys do not, because the treated arm did not get those either: both arms see the
 * same world. In the global holdout and in shadow mode nothing is sent at all, so every ghost counts.
 */
export function ghostScope(input: DecideInput, candidate: CandidateInput, held: boolean): GhostScope {
  if (input.control.shadow || (held && input.customer.inGlobalHoldout)) return "*";
  return held ? candidate.offer.journeyKey : null;
}

export function contactsThatCount(input: DecideInput, scope: GhostScope): readonly RecentContact[] {
  const { recent } = input;
  if (scope === "*" || !recent.some((contact) => contact.kind === "ghost")) return recent;
  return recent.filter((contact) => contact.kind !== "ghost" || (scope !== null && contact.journeyKey === scope));
}

export function offeredChannels(candidate: CandidateInput): readonly Channel[] {
  const { channels } = candidate.offer;
  if (channels === "auto") return candidate.variantChannels;
  return channels.filter((one) => candidate.variantChannels.includes(one));
}

/** `in_page` counts as reachable only while the caller says it is sendable: somebody must be there to see it. */
function usableChannels(input: DecideInput, candidate: CandidateInput, offered: readonly Channel[]): readonly Channel[] {
  const usable: Channel[] = [];
  for (const one of offered) {
    const address = input.customer.reachability[one];
    if (address?.sendable === true && !address.suppressed && !candidate.failedChannels.includes(one)) usable.push(one);
  }
  return usable;
}

/**
 * What each per-channel guard has against each channel. With no usable channel left there is nothing to wait for: then only consent
 * and preferences speak, over everything offered, and the channel guard ends it.
 */
function createWays(subject: Omit<Subject, "held" | "ways" | "rival">): readonly Way[] {
  const { input, candidate, skips, contacts, usable, offered, calendar } = subject;
  const reachable = usable.length > 0;
  const { purpose } = candidate.offer;
  const ways: Way[] = [];
  for (const channel of reachable ? usable : offered) {
    ways.push({
      channel,
      consent: skips.includes("consent") ? null : consentBlock(input, purpose, channel),
      preferences: skips.includes("preferences") ? null : preferencesBlock(input, channel),
      incident: !reachable || skips.includes("incident") ? null : incidentBlock(input, candidate, channel),
      quiet_hours: !reachable || skips.includes("quiet_hours") ? null : quietHoursBlock(input, calendar.zone, channel),
      caps: !reachable || skips.includes("caps") ? null : capsBlock(input, contacts, calendar, channel),
    });
  }
  return ways;
}
