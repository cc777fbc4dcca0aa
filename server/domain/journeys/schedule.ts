import { DAY_MS, dayOf, fromClockMs, offsetMsAt, weekdayOf } from "../time/zone.ts";

/** A cron expression as sorted lists of allowed values; `weekdays` are 0 (Sunday) to 6. */
export type Cron = {
  minutes: number[];
  hours: number[];
  days: number[];
  months: number[];
  weekdays: number[];
  /** Day of month and weekday are both restricted: then either is enough (POSIX crontab). */
  eitherDay: boolean;
  /** Runs every hour of the day: also in both passes of an hour that the clock shows twice. */
  everyHour: boolean;
};

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

type Field = { name: string; min: number; max: number; names: readonly string[]; firstName: number };
const minuteField: Field = { name: "minute", min: 0, max: 59, names: [], firstName: 0 };
const hourField: Field = { name: "hour", min: 0, max: 23, names: [], firstName: 0 };
const dayField: Field = { name: "day of month", min: 1, max: 31, names: [], firstName: 0 };
const monthField: Field = { name: "month", min: 1, max: 12, names: monthNames, firstName: 1 };
const weekdayField: Field = { name: "day of week", min: 0, max: 7, names: weekdayNames, firstName: 0 };

const MINUTE_MS = 60_000;
/** 29 February on a given weekday comes back after 40 years at most, when a year such as 2100 lies between. */
const SEARCH_DAYS = 41 * 366;

/**
 * Reads a cron expression of five fields: minute, hour, day of month, month (1-12 or JAN-DEC), day of week (0-7 or SUN-SAT, 0 and 7
 * are Sunday); each `*`, a value, a range, a list of these, with steps. The problem says which field is wrong, and how.
 */
export function parseCron(expression: string): Cron | { problem: string } {
  const parts = expression.trim().split(/\s+/);
  const [minute, hour, day, month, weekday] = parts;
  if (minute === undefined || hour === undefined || day === undefined || month === undefined || weekday === undefined || parts.length > 5) {
    return { problem: `it has ${expression.trim() === "" ? 0 : parts.length} fields instead of five (minute hour day month weekday)` };
  }
  const minutes = readField(minute, minuteField);
  const hours = readField(hour, hourField);
  const days = readField(day, dayField);
  const months = readField(month, monthField);
  const weekdays = readField(weekday, weekdayField);
  if (typeof minutes === "string") return { problem: minutes };
  if (typeof hours === "string") return { problem: hours };
  if (typeof days === "string") return { problem: days };
  if (typeof months === "string") return { problem: months };
  if (typeof weekdays === "string") return { problem: weekdays };
  return {
    minutes,
    hours,
    days,
    months,
    weekdays: [...new Set(weekdays.map((value) => value % 7))].sort((a, b) => a - b),
    eitherDay: day !== "*" && weekday !== "*",
    everyHour: hours.length === 24,
  };
}

/**
 * The first occurrence strictly after `after` (epoch milliseconds) on the wall clock of `zone`, or null when the expression names no
 * day that exists or is not a valid one. A time the clock jumps over runs when the jump is done; a time it shows twice runs the
 * first time only, unless the expression runs every hour.
 */
export function nextOccurrence(expression: string, zone: string, after: number): number | null {
  const cron = parseCron(expression);
  if ("problem" in cron) return null;
  // From a day before: where the clock falls back over midnight, times of the day before come again.
  const first = dayOf(after + offsetMsAt(zone, after)) - DAY_MS;
  const last = first + SEARCH_DAYS * DAY_MS;
  for (let day = first; day <= last; day += DAY_MS) {
    const date = new Date(day);
    if (!cron.months.includes(date.getUTCMonth() + 1)) {
      day = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) - DAY_MS;
      continue;
    }
    if (!isOnDay(cron, date.getUTCDate(), weekdayOf(day) % 7)) continue;
    const occurrence = firstOfDay(cron, zone, day, after);
    if (occurrence !== null) return occurrence;
  }
  return null;
}

function isOnDay(cron: Cron, day: number, weekday: number): boolean {
  const isDay = cron.days.includes(day);
  const isWeekday = cron.weekdays.includes(weekday);
  return cron.eitherDay ? isDay || isWeekday : isDay && isWeekday;
}

/** The first occurrence of one local day after an instant. */
function firstOfDay(cron: Cron, zone: string, day: number, after: number): number | null {
  const offset = offsetMsAt(zone, day - DAY_MS);
  const isPlain = offset === offsetMsAt(zone, day + DAY_MS) && offset === offsetMsAt(zone, day + 2 * DAY_MS);
  let earliest: number | null = null;
  for (const hour of cron.hours) {
    for (const minute of cron.minutes) {
      const clockMs = day + (hour * 60 + minute) * MINUTE_MS;
      if (isPlain) {
        if (clockMs - offset > after) return clockMs - offset;
        continue;
      }
      const passes = [fromClockMs(zone, clockMs, "gap_end")];
      if (cron.everyHour) passes.push(secondPass(zone, clockMs));
      for (const instant of passes) {
        if (instant > after && (earliest === null || instant < earliest)) earliest = instant;
      }
    }
  }
  return earliest;
}

/** When a wall-clock time is shown the second time; its only time when it is shown once or never. */
function secondPass(zone: string, clockMs: number): number {
  const later = fromClockMs(zone, clockMs, "later");
  return later + offsetMsAt(zone, later) === clockMs ? later : fromClockMs(zone, clockMs, "gap_end");
}

/** The values a field allows, or what is wrong with it. */
function readField(text: string, field: Field): number[] | string {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const range = readRange(part, field);
    if (typeof range === "string") return range;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function readRange(part: string, field: Field): { from: number; to: number; step: number } | string {
  const wrong = `the ${field.name} "${part}" is not a value, range or step of ${field.min}-${field.max}`;
  const match = /^(\*|[a-z]+|\d+)(?:-([a-z]+|\d+))?(?:\/(\d+))?$/i.exec(part);
  if (match === null) return wrong;
  const [, start = "", stop, stepText] = match;
  const step = stepText === undefined ? 1 : Number(stepText);
  if (step < 1 || step > field.max) return `the step of the ${field.name} "${part}" must lie between 1 and ${field.max}`;
  if (start === "*") return stop === undefined ? { from: field.min, to: field.max, step } : wrong;
  const from = readValue(start, field);
  // A start with a step and no stop goes on to the end of the field: 10/15 is 10, 25, 40, 55.
  const to = stop === undefined ? (stepText === undefined ? from : field.max) : readValue(stop, field);
  if (from === null || to === null) return wrong;
  if (from > to) return `the ${field.name} "${part}" ends before it begins`;
  return { from, to, step };
}

function readValue(text: string, field: Field): number | null {
  const named = field.names.indexOf(text.toLowerCase());
  if (named !== -1) return named + field.firstName;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= field.min && value <= field.max ? value : null;
}
