import { isoWeekStart, localDayStart } from "../time/zone.ts";

const hourMs = 3_600_000;

/** The customer's local day and ISO week around one instant, worked out when first asked for. Spans are half-open [start, end). */
export type Calendar = {
  readonly zone: string;
  readonly now: number;
  day: Span | null;
  week: Span | null;
};
export type Span = { readonly start: number; readonly end: number };

export function createCalendar(zone: string, now: number): Calendar {
  return { zone, now, day: null, week: null };
}

/** The local calendar day of `now`. Exact on clock changes: a day lasts 23 to 25 hours, so 36 hours after its start is the next one. */
export function localDay(calendar: Calendar): Span {
  if (calendar.day === null) {
    const start = localDayStart(calendar.zone, calendar.now);
    calendar.day = { start, end: localDayStart(calendar.zone, start + 36 * hourMs) };
  }
  return calendar.day;
}

/** The local ISO week (from Monday) of `now`; ten and a half days after its start always lies in the next week. */
export function localWeek(calendar: Calendar): Span {
  if (calendar.week === null) {
    const start = isoWeekStart(calendar.zone, calendar.now);
    calendar.week = { start, end: isoWeekStart(calendar.zone, start + 252 * hourMs) };
  }
  return calendar.week;
}
