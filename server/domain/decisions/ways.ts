import type { Channel } from "../definitions/common-fields.ts";
import type { Facts, GuardVerdict } from "./decision.ts";
import type { BlockingCode } from "./decision-codes.ts";
import { allow, hold, suppress } from "./guard-verdict.ts";

/** The guards that judge each channel on its own, in the order of the guards. */
export const channelGuards = ["consent", "preferences", "incident", "quiet_hours", "caps"] as const;
export type ChannelGuard = (typeof channelGuards)[number];

/** Why a channel is closed, with the numbers behind it; `until` is when it opens again, null when waiting does not open it. */
export type Block = { readonly code: BlockingCode; readonly until: number | null; readonly facts?: Facts };

/** One way to reach the customer with what each per-channel guard has against it. */
export type Way = { readonly channel: Channel } & Readonly<Record<ChannelGuard, Block | null>>;

/**
 * The verdict of a per-channel guard: it blocks the candidate only if channels were left by the guards before it and none is left
 * after it. The candidate then waits until the first channel is open again, or is suppressed when no channel ever opens.
 */
export function judgeWays(guard: ChannelGuard, ways: readonly Way[], facts?: Facts): GuardVerdict {
  const closed: string[] = [];
  let open = 0;
  let passing = 0;
  let deciding: Block | null = null;
  let first: Block | null = null;
  for (const way of ways) {
    const block = way[guard];
    if (block !== null) {
      closed.push(`${way.channel}:${block.code}`);
      first ??= block;
    }
    if (isClosedBefore(way, guard)) continue;
    open += 1;
    if (block === null) passing += 1;
    else if (deciding === null || opensSooner(block.until, deciding.until)) deciding = block;
  }
  if (closed.length === 0) return allow(guard, facts);
  const all = { ...facts, ...(deciding ?? first)?.facts, closed };
  if (deciding === null || passing > 0) return allow(guard, all, open === 0 ? "already_closed" : "other_channel");
  const until = firstOpening(ways);
  return until === null ? suppress(guard, deciding.code, all) : hold(guard, deciding.code, until, all);
}

/** No per-channel guard has anything against this way. */
export function isOpen(way: Way): boolean {
  for (const guard of channelGuards) if (way[guard] !== null) return false;
  return true;
}

function isClosedBefore(way: Way, guard: ChannelGuard): boolean {
  for (const earlier of channelGuards) {
    if (earlier === guard) return false;
    if (way[earlier] !== null) return true;
  }
  return false;
}

/** The earliest instant at which some way has lost its last block; null when every way has one that waiting does not lift. */
function firstOpening(ways: readonly Way[]): number | null {
  let first: number | null = null;
  for (const way of ways) {
    const opening = openingOf(way);
    if (opening !== null && (first === null || opening < first)) first = opening;
  }
  return first;
}

function openingOf(way: Way): number | null {
  let last: number | null = null;
  for (const guard of channelGuards) {
    const block = way[guard];
    if (block === null) continue;
    if (block.until === null) return null;
    if (last === null || block.until > last) last = block.until;
  }
  return last;
}

function opensSooner(a: number | null, b: number | null): boolean {
  return a !== null && (b === null || a < b);
}
