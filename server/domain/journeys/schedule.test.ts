import { CronExpressionParser } from "cron-parser";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS, offsetMsAt } from "../time/zone.ts";
import { nextOccurrence, parseCron } from "./schedule.ts";

const at = (iso: string) => Date.parse(iso);
const next = (cron: string, zone: string, after: string) => {
  const found = nextOccurrence(cron, zone, at(after));
  return found === null ? null : new Date(found).toISOString().replace(":00.000Z", "Z");
};

describe("reading a cron expression", () => {
  it.each([
    ["0 9 * * *", { minutes: [0], hours: [9] }],
    ["*/20 8-10 * * *", { minutes: [0, 20, 40], hours: [8, 9, 10] }],
    ["10/25 0 1,15 jan-mar/2 MON-FRI", { minutes: [10, 35], days: [1, 15], months: [1, 3], weekdays: [1, 2, 3, 4, 5], eitherDay: true }],
    ["0 0 * * 5-7", { weekdays: [0, 5, 6], eitherDay: false }],
    ["0 0 * * sun", { weekdays: [0] }],
  ])("understands %s", (expression, expected) => {
    expect(parseCron(expression)).toMatchObject(expected);
  });

  it.each([
    ["0 9 * *", "4 fields"],
    ["0 0 9 * * *", "6 fields"],
    ["", "0 fields"],
    ["60 9 * * *", "minute"],
    ["0 24 * * *", "hour"],
    ["0 9 0 * *", "day of month"],
    ["0 9 * 13 *", "month"],
    ["0 9 * * 8", "day of week"],
    ["0 9 * * mon-", "day of week"],
    ["*/0 9 * * *", "step"],
    ["30-10 9 * * *", "ends before it begins"],
    ["0 9 * * fri-mon", "ends before it begins"],
    ["0,, 9 * * *", "minute"],
    ["-5 9 * * *", "minute"],
    ["@daily is not it", "4 fields"],
  ])("says what is wrong with %j", (expression, expected) => {
    expect(parseCron(expression)).toMatchObject({ problem: expect.stringContaining(expected) });
    expect(nextOccurrence(expression, "UTC", 0)).toBeNull();
  });
});

describe("the next occurrence", () => {
  it.each([
    ["0 9 * * *", "Europe/Berlin", "2026-07-01T06:59:59Z", "2026-07-01T07:00Z"],
    ["0 9 * * *", "Europe/Berlin", "2026-07-01T07:00:00Z", "2026-07-02T07:00Z"],
    ["0 9 * * *", "Asia/Kathmandu", "2026-07-01T03:15:00Z", "2026-07-02T03:15Z"],
    ["30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00Z"],
    ["30 2 * * *", "Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-30T00:30Z"],
    ["30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30Z"],
    ["30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-26T01:30Z"],
    ["30 * * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:30Z"],
    ["15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", "2026-10-03T15:30Z"],
    ["0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", "2028-02-29T00:00Z"],
    ["0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", "2104-02-29T00:00Z"],
    ["0 0 13 * 5", "UTC", "2026-02-01T00:00:00Z", "2026-02-06T00:00Z"],
    ["0 0 30 2 *", "UTC", "2026-01-01T00:00:00Z", null],
    ["0 12 31 4,6 *", "UTC", "2026-01-01T00:00:00Z", null],
  ])("of %s in %s after %s is %s", (cron, zone, after, expected) => {
    expect(next(cron, zone, after)).toBe(expected);
  });

  it("runs an hourly schedule once in every real hour of the days when clocks change", () => {
    for (const day of ["2026-03-28T22:30:00Z", "2026-10-24T21:30:00Z"]) {
      let cursor = at(day);
      for (let hour = 0; hour < 28; hour++) {
        const found = nextOccurrence("0 * * * *", "Europe/Berlin", cursor) ?? 0;
        expect(found - cursor).toBe(hour === 0 ? 1_800_000 : 3_600_000);
        cursor = found;
      }
    }
  });

  // Not in Australia/Lord_Howe, whose half-hour changes cron-parser cannot follow.
  it("agrees with cron-parser on days without a change of clocks", () => {
    const value = (min: number, max: number) => fc.integer({ min, max });
    const field = (min: number, max: number) => {
      const single = value(min, max).map(String);
      const range = fc.tuple(value(min, max), value(min, max)).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
      const stepped = fc.tuple(fc.oneof(fc.constant("*"), range), value(1, max)).map(([base, step]) => `${base}/${step}`);
      const list = fc.uniqueArray(value(min, max), { minLength: 2, maxLength: 4 }).map((values) => values.join(","));
      return fc.oneof(fc.constant("*"), single, range, stepped, list);
    };
    const cron = fc.tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6)).map((parts) => parts.join(" "));
    const zone = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Asia/Tehran");
    let compared = 0;
    fc.assert(
      fc.property(cron, zone, fc.integer({ min: at("2023-01-01"), max: at("2030-01-01") }), (expression, tz, after) => {
        const expected = CronExpressionParser.parse(expression, { currentDate: new Date(after), tz, hashSeed: "unused" })
          .next()
          .getTime();
        const found = nextOccurrence(expression, tz, after);
        const changes = [after, expected].some((instant) => offsetMsAt(tz, instant - DAY_MS) !== offsetMsAt(tz, instant + DAY_MS));
        if (changes) return;
        compared += 1;
        expect(found).toBe(expected);
      }),
      { numRuns: 2000 },
    );
    expect(compared).toBeGreaterThan(1500);
  });
});
