import type { LocalWindow } from "../definitions/policy.ts";

/**
 * Exact arithmetic on wall clocks of IANA zones, on top of Intl. Instants are epoch milliseconds (UTC). An unknown zone is
 * taken as UTC: a bad zone of one customer must not stop anybody's help. Check names with `isValidZone` where they come in.
 */

export const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Every zone change since 1973 falls on a quarter of an hour (UTC); older ones are found exactly, without the cache. */
const BUCKET_MS = 15 * MINUTE_MS;
const MAX_ZONES = 1024;
const MAX_UNKNOWN_ZONES = 256;
/** The longest IANA name has 32 characters. */
const MAX_NAME_LENGTH = 64;
const MAX_OFFSETS = 200_000;

type ZoneClock = { format: Intl.DateTimeFormat; offsets: Map<number, number> };
const clocks = new Map<string, ZoneClock>();
/** Kept apart and small, so that made-up names from outside never push out the real zones. */
const unknownZones = new Set<string>();
let cachedOffsets = 0;

/** A moment on a wall clock. `weekday` is 1 (Monday) to 7 (Sunday). */
export type LocalTime = {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  weekday: number;
};
export type LocalFields = Pick<LocalTime, "year" | "month" | "day"> &
  Partial<Pick<LocalTime, "hour" | "minute" | "second" | "millisecond">>;

/**
 * Which instant a wall-clock time means when the clock shows it twice (fold) or never (gap).
 * `compatible`: first of two; in a gap moved forward by its length (RFC 5545, Temporal). `earlier`, `later`: the one or the
 * other of two; in a gap moved back or forward by its length. `gap_end`: first of two; in a gap the instant the clock jumps.
 */
export type Disambiguation = "compatible" | "earlier" | "later" | "gap_end";

/** Is it an IANA zone name (or link such as `UTC`) that this platform knows? Bare offsets such as `+02:00` are not. */
export function isValidZone(zone: string): boolean {
  return clockOf(zone) !== null;
}

/** Local time minus UTC at an instant, in milliseconds. Memoised per zone and quarter of an hour in a bounded map. */
export function offsetMsAt(zone: string, instant: number): number {
  const clock = clockOf(zone);
  if (clock === null) return 0;
  const bucket = Math.floor(instant / BUCKET_MS);
  const known = clock.offsets.get(bucket);
  if (known !== undefined) return known;
  const start = bucket * BUCKET_MS;
  const offset = readOffset(clock.format, start);
  if (offset !== readOffset(clock.format, start + BUCKET_MS - 1)) return readOffset(clock.format, instant);
  if (cachedOffsets >= MAX_OFFSETS) forgetOffsets();
  clock.offsets.set(bucket, offset);
  cachedOffsets += 1;
  return offset;
}

/** What the wall clock of the zone shows. */
export function toLocal(zone: string, instant: number): LocalTime {
  const shown = new Date(instant + offsetMsAt(zone, instant));
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
    millisecond: shown.getUTCMilliseconds(),
    weekday: shown.getUTCDay() || 7,
  };
}

/** The instant at which the wall clock of the zone shows `local`; fields out of range carry over as in `Date.UTC`. */
export function fromLocal(zone: string, local: LocalFields, disambiguation: Disambiguation = "compatible"): number {
  const { year, month, day, hour = 0, minute = 0, second = 0, millisecond = 0 } = local;
  return fromClockMs(zone, Date.UTC(year, month - 1, day, hour, minute, second, millisecond), disambiguation);
}

/** The same wall-clock time `days` calendar days on: a day is 23 or 25 hours long when the clocks change. */
export function addLocalDays(zone: string, instant: number, days: number): number {
  return fromClockMs(zone, instant + offsetMsAt(zone, instant) + days * DAY_MS, "compatible");
}

/** The first instant of the local calendar day that holds `instant`; not 00:00 where the clock jumps over midnight. */
export function localDayStart(zone: string, instant: number): number {
  return fromClockMs(zone, dayOf(instant + offsetMsAt(zone, instant)), "gap_end");
}

/** The first instant of the local ISO week (Monday) that holds `instant`. */
export function isoWeekStart(zone: string, instant: number): number {
  const day = dayOf(instant + offsetMsAt(zone, instant));
  return fromClockMs(zone, day - (weekdayOf(day) - 1) * DAY_MS, "gap_end");
}

/**
 * Does the wall clock stand within the half-open window [from, to)? A window whose end lies before its start crosses midnight;
 * equal ends mean the whole day. `days` (1 Monday .. 7 Sunday) are the days on which the window opens.
 */
export function inLocalWindow(zone: string, instant: number, window: LocalWindow, days?: readonly number[]): boolean {
  const clockMs = instant + offsetMsAt(zone, instant);
  const day = dayOf(clockMs);
  const time = clockMs - day;
  const from = timeOfDay(window.from);
  const to = timeOfDay(window.to);
  const openedToday = from < to ? time >= from && time < to : time >= from;
  const openedYesterday = from >= to && time < to;
  if (days === undefined) return openedToday || openedYesterday;
  return (openedToday && days.includes(weekdayOf(day))) || (openedYesterday && days.includes(weekdayOf(day - DAY_MS)));
}

/**
 * The first instant after `instant` at which the window it stands in is over. Of a window that never closes (equal ends) the
 * next time its `to` is reached.
 */
export function endOfLocalWindow(zone: string, instant: number, window: LocalWindow): number {
  const today = dayOf(instant + offsetMsAt(zone, instant));
  for (let day = today; day <= today + 3 * DAY_MS; day += DAY_MS) {
    const end = day + timeOfDay(window.to);
    for (const candidate of [fromClockMs(zone, end, "gap_end"), fromClockMs(zone, end, "later")]) {
      if (candidate <= instant) continue;
      if (window.from === window.to || !inLocalWindow(zone, candidate, window)) return candidate;
    }
  }
  return instant + DAY_MS;
}

/**
 * The first instant after `from` at which the wall clock reaches `time` ("HH:MM") on one of `days` (1 Monday .. 7 Sunday; every
 * day when left out). Once a day: of a time shown twice the first; for a time the clock jumps over, the end of the jump.
 */
export function nextLocalTime(zone: string, from: number, time: string, days?: readonly number[]): number {
  const today = dayOf(from + offsetMsAt(zone, from));
  const wanted = days === undefined || days.length === 0 ? undefined : days;
  // A fortnight and a day: a zone may skip one calendar day (Pacific/Apia, 30 December 2011).
  for (let day = today; day <= today + 15 * DAY_MS; day += DAY_MS) {
    if (wanted !== undefined && !wanted.includes(weekdayOf(day))) continue;
    const instant = fromClockMs(zone, day + timeOfDay(time), "gap_end");
    if (instant > from && dayOf(instant + offsetMsAt(zone, instant)) === day) return instant;
  }
  return from + DAY_MS;
}

/** Minutes and hours of "HH:MM" in milliseconds since local midnight. */
function timeOfDay(time: string): number {
  return (Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))) * MINUTE_MS;
}

/** Midnight of the day of a wall-clock reading (milliseconds as if it were UTC). */
export function dayOf(clockMs: number): number {
  return Math.floor(clockMs / DAY_MS) * DAY_MS;
}

/** 1 Monday .. 7 Sunday of a day as `dayOf` gives it; 1 January 1970 was a Thursday. */
export function weekdayOf(dayMs: number): number {
  return ((((dayMs / DAY_MS + 3) % 7) + 7) % 7) + 1;
}

/**
 * From a wall-clock reading, in milliseconds as if it were UTC, to the instant. The offsets a day before and a day after hold every offset that
 * could apply, as no zone changes twice within two days.
 */
export function fromClockMs(zone: string, clockMs: number, disambiguation: Disambiguation): number {
  const before = offsetMsAt(zone, clockMs - DAY_MS);
  const after = offsetMsAt(zone, clockMs + DAY_MS);
  if (before === after) return clockMs - before;
  const first = clockMs - Math.max(before, after);
  const second = clockMs - Math.min(before, after);
  const firstShows = first + offsetMsAt(zone, first) === clockMs;
  const secondShows = second + offsetMsAt(zone, second) === clockMs;
  if (firstShows && secondShows) return disambiguation === "later" ? second : first;
  if (firstShows) return first;
  if (secondShows) return second;
  if (disambiguation === "earlier") return first;
  if (disambiguation === "gap_end") return changeBetween(zone, first, second);
  return second;
}

/** The instant in (low, high] from which the offset of `high` holds. */
function changeBetween(zone: string, low: number, high: number): number {
  const target = offsetMsAt(zone, high);
  let unchanged = low;
  let changed = high;
  while (changed - unchanged > 1) {
    const middle = Math.floor((unchanged + changed) / 2);
    if (offsetMsAt(zone, middle) === target) changed = middle;
    else unchanged = middle;
  }
  return changed;
}

function clockOf(zone: string): ZoneClock | null {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  if (zone.length > MAX_NAME_LENGTH || unknownZones.has(zone)) return null;
  const clock = openClock(zone);
  if (clock === null) {
    if (unknownZones.size >= MAX_UNKNOWN_ZONES) unknownZones.clear();
    unknownZones.add(zone);
    return null;
  }
  if (clocks.size >= MAX_ZONES) {
    clocks.clear();
    cachedOffsets = 0;
  }
  clocks.set(zone, clock);
  return clock;
}

function openClock(zone: string): ZoneClock | null {
  if (!/^[A-Za-z]/.test(zone)) return null;
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "iso8601",
      numberingSystem: "latn",
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    return { format, offsets: new Map() };
  } catch {
    return null;
  }
}

function readOffset(format: Intl.DateTimeFormat, instant: number): number {
  const wholeSecond = Math.floor(instant / 1000) * 1000;
  const shown: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const part of format.formatToParts(wholeSecond)) shown[part.type] = part.value;
  const year = shown.era?.startsWith("B") ? 1 - Number(shown.year) : Number(shown.year);
  const clock = new Date(0);
  clock.setUTCFullYear(year, Number(shown.month) - 1, Number(shown.day));
  clock.setUTCHours(Number(shown.hour), Number(shown.minute), Number(shown.second));
  return clock.getTime() - wholeSecond;
}

function forgetOffsets(): void {
  for (const clock of clocks.values()) clock.offsets.clear();
  cachedOffsets = 0;
}
