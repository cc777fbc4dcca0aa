const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

const daysInMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Epoch milliseconds of an ISO 8601 date-time, or null when it is anything else. A text without an offset is UTC, a date alone is
 * its midnight in UTC. Nothing is guessed: 30 February, hour 24 and "last Tuesday" are null. The leap second :60 is :59.
 */
export function parseIsoTime(text: string): number | null {
  const match = iso.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "0", zone = "Z"] = match;
  const y = Number(year);
  const m = Number(month);
  const d = Number(day);
  const s = Math.min(Number(second), 59);
  if (m < 1 || m > 12 || d < 1 || d > (daysInMonth[m - 1] ?? 0)) return null;
  if (m === 2 && d === 29 && !isLeap(y)) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const offset = offsetMinutes(zone);
  if (offset === null) return null;
  const ms = Math.floor(Number(`0.${fraction}`) * 1000);
  const time = Number(hour) * 3_600_000 + (Number(minute) - offset) * 60_000 + s * 1_000 + ms;
  return daysFromCivil(y, m, d) * 86_400_000 + time;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar (Howard Hinnant, chrono-compatible low-level date algorithms). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function offsetMinutes(zone: string): number | null {
  if (zone === "Z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = zone.length > 3 ? Number(zone.slice(-2)) : 0;
  if (hours > 18 || minutes > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}
