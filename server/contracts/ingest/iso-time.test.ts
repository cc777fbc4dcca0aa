import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseIsoTime } from "./iso-time.ts";

describe("ISO 8601 times", () => {
  test("every instant a Date can write is read back exactly", () => {
    const years = { min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true };
    fc.assert(fc.property(fc.date(years), (date) => parseIsoTime(date.toISOString()) === date.getTime()));
  });

  test.each([
    ["2026-03-01T09:30:00+02:00", "2026-03-01T07:30:00.000Z"],
    ["2026-03-01T09:30:00-0530", "2026-03-01T15:00:00.000Z"],
    ["2026-03-01T09:30:00+14", "2026-02-28T19:30:00.000Z"],
    ["2026-03-01 09:30:00.123456Z", "2026-03-01T09:30:00.123Z"],
    ["2026-03-01T09:30", "2026-03-01T09:30:00.000Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z"],
    ["2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z"],
  ])("%s is %s", (text, instant) => {
    expect(parseIsoTime(text)).toBe(Date.parse(instant));
  });

  test.each([
    "",
    "now",
    "1767225600",
    "2026-02-30",
    "2025-02-29",
    "1900-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-01-01T24:00:00Z",
    "2026-01-01T10:60:00Z",
    "2026-01-01T10:00:00+25:00",
    "2026-1-1",
    "01/02/2026",
    "2026-01-01T10:00:00Z; DROP TABLE events",
  ])("%j is not a time", (text) => {
    expect(parseIsoTime(text)).toBeNull();
  });
});
