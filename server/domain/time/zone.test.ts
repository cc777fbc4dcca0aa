import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addLocalDays,
  DAY_MS,
  endOfLocalWindow,
  fromLocal,
  inLocalWindow,
  isoWeekStart,
  isValidZone,
  localDayStart,
  nextLocalTime,
  offsetMsAt,
  toLocal,
} from "./zone.ts";

const at = (iso: string) => Date.parse(iso);
const iso = (instant: number) => new Date(instant).toISOString().replace(":00.000Z", "Z");
const MINUTE = 60_000;

describe("offsets", () => {
  it.each([
    ["Europe/Berlin", "2026-03-29T00:59:59Z", 60],
    ["Europe/Berlin", "2026-03-29T01:00:00Z", 120],
    ["Europe/Berlin", "2026-10-25T00:59:59Z", 120],
    ["Europe/Berlin", "2026-10-25T01:00:00Z", 60],
    ["America/New_York", "2026-03-08T06:59:59Z", -300],
    ["America/New_York", "2026-03-08T07:00:00Z", -240],
    ["Australia/Lord_Howe", "2026-04-04T14:59:59Z", 660],
    ["Australia/Lord_Howe", "2026-04-04T15:00:00Z", 630],
    ["Asia/Tehran", "2021-07-01T00:00:00Z", 270],
    ["Asia/Tehran", "2026-07-01T00:00:00Z", 210],
    ["Asia/Kathmandu", "2026-07-01T00:00:00Z", 345],
    ["Pacific/Apia", "2011-12-30T09:59:59Z", -600],
    ["Pacific/Apia", "2011-12-30T10:00:00Z", 840],
    ["UTC", "2026-07-01T00:00:00Z", 0],
  ])("%s stands at its offset at %s", (zone, instant, minutes) => {
    expect(offsetMsAt(zone, at(instant)) / MINUTE).toBe(minutes);
  });

  it("are exact to the second where a zone changed off the quarter hour", () => {
    expect(offsetMsAt("Africa/Monrovia", at("1972-01-07T00:44:29Z"))).toBe(-2_670_000);
    expect(offsetMsAt("Africa/Monrovia", at("1972-01-07T00:44:30Z"))).toBe(0);
  });

  it("of an unknown zone are those of UTC, and never throw", () => {
    for (const zone of ["", "Mars/Olympus", "+02:00", "../etc", "constructor"]) {
      expect(isValidZone(zone)).toBe(false);
      expect(offsetMsAt(zone, at("2026-07-01T00:00:00Z"))).toBe(0);
    }
    expect(isValidZone("Europe/Berlin")).toBe(true);
  });

  it("stay right when more zones and hours are asked for than the memory holds", () => {
    for (let i = 0; i < 3000; i++) offsetMsAt(`Nowhere/Zone${i}`, 0);
    for (let i = 0; i < 20_000; i++) offsetMsAt("America/New_York", i * 12 * 3_600_000);
    expect(offsetMsAt("America/New_York", at("2026-07-01T00:00:00Z"))).toBe(-240 * MINUTE);
  });
});

describe("from the wall clock to the instant", () => {
  it.each([
    ["Europe/Berlin", [2026, 3, 29, 2, 30], "2026-03-29T01:30Z", "2026-03-29T00:30Z", "2026-03-29T01:30Z", "2026-03-29T01:00Z"],
    ["Europe/Berlin", [2026, 10, 25, 2, 30], "2026-10-25T00:30Z", "2026-10-25T00:30Z", "2026-10-25T01:30Z", "2026-10-25T00:30Z"],
    ["Australia/Lord_Howe", [2026, 10, 4, 2, 15], "2026-10-03T15:45Z", "2026-10-03T15:15Z", "2026-10-03T15:45Z", "2026-10-03T15:30Z"],
    ["Australia/Lord_Howe", [2026, 4, 5, 1, 45], "2026-04-04T14:45Z", "2026-04-04T14:45Z", "2026-04-04T15:15Z", "2026-04-04T14:45Z"],
    ["Pacific/Apia", [2011, 12, 30, 12, 0], "2011-12-30T22:00Z", "2011-12-29T22:00Z", "2011-12-30T22:00Z", "2011-12-30T10:00Z"],
    ["America/New_York", [2026, 7, 1, 9, 0], "2026-07-01T13:00Z", "2026-07-01T13:00Z", "2026-07-01T13:00Z", "2026-07-01T13:00Z"],
  ])("%s %j is settled by the disambiguation asked for", (zone, [year = 0, month = 0, day = 0, hour, minute], ...expected) => {
    const local = { year, month, day, hour, minute };
    const found = (["compatible", "earlier", "later", "gap_end"] as const).map((rule) => iso(fromLocal(zone, local, rule)));
    expect(found).toEqual(expected);
  });

  it("is the inverse of reading the clock, except for the second pass of an hour shown twice", () => {
    const zones = [
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Asia/Tehran",
      "Asia/Kathmandu",
      "Pacific/Apia",
      "America/Havana",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: at("1980-01-01"), max: at("2035-01-01") }), (zone, instant) => {
        const local = toLocal(zone, instant);
        const candidates = [fromLocal(zone, local, "earlier"), fromLocal(zone, local, "later")];
        expect(candidates).toContain(instant);
        const [earlier, later] = candidates;
        if (earlier === later) expect(fromLocal(zone, local)).toBe(instant);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("calendar days", () => {
  it.each([
    ["Europe/Berlin", "2026-03-28T08:00:00Z", 1, "2026-03-29T07:00Z"],
    ["Europe/Berlin", "2026-10-24T07:00:00Z", 1, "2026-10-25T08:00Z"],
    ["Europe/Berlin", "2026-03-28T01:30:00Z", 1, "2026-03-29T01:30Z"],
    ["Australia/Lord_Howe", "2026-04-04T00:00:00Z", 1, "2026-04-05T00:30Z"],
    ["Asia/Tehran", "2026-03-21T05:00:00Z", 1, "2026-03-22T05:00Z"],
    ["Europe/Berlin", "2026-03-30T07:00:00Z", -2, "2026-03-28T08:00Z"],
  ])("in %s, %s and %i days later show the same local time", (zone, from, days, expected) => {
    expect(iso(addLocalDays(zone, at(from), days))).toBe(expected);
  });

  it.each([
    ["Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T23:00Z"],
    ["Europe/Berlin", "2026-10-25T22:59:00Z", "2026-10-24T22:00Z"],
    ["America/Sao_Paulo", "2018-11-04T12:00:00Z", "2018-11-04T03:00Z"],
    ["America/Havana", "2026-11-01T12:00:00Z", "2026-11-01T04:00Z"],
    ["Asia/Kathmandu", "2026-07-01T18:14:00Z", "2026-06-30T18:15Z"],
  ])("in %s the day of %s begins at %s", (zone, instant, expected) => {
    expect(iso(localDayStart(zone, at(instant)))).toBe(expected);
  });

  it("the ISO week begins on Monday, also on a Sunday night and across a change of clocks", () => {
    expect(iso(isoWeekStart("Europe/Berlin", at("2026-03-29T21:59:00Z")))).toBe("2026-03-22T23:00Z");
    expect(iso(isoWeekStart("Europe/Berlin", at("2026-03-29T22:00:00Z")))).toBe("2026-03-29T22:00Z");
    expect(iso(isoWeekStart("Pacific/Apia", at("2011-12-31T20:00:00Z")))).toBe("2011-12-26T10:00Z");
  });

  it("read the weekday from Monday 1 to Sunday 7", () => {
    expect(toLocal("UTC", at("2026-03-29T12:00:00Z")).weekday).toBe(7);
    expect(toLocal("UTC", at("2026-03-30T12:00:00Z")).weekday).toBe(1);
    expect(toLocal("UTC", at("1969-12-31T12:00:00Z")).weekday).toBe(3);
  });
});

describe("local windows", () => {
  const night = { from: "22:00", to: "08:00" };

  it.each([
    ["2026-03-28T20:59:59Z", false],
    ["2026-03-28T21:00:00Z", true],
    ["2026-03-29T05:59:59Z", true],
    ["2026-03-29T06:00:00Z", false],
  ])("a night of 22:00 to 08:00 in Berlin crosses midnight and the change of clocks: %s", (instant, expected) => {
    expect(inLocalWindow("Europe/Berlin", at(instant), night)).toBe(expected);
  });

  it.each([
    ["Europe/Berlin", "2026-03-28T22:00:00Z", night, "2026-03-29T06:00Z"],
    ["Europe/Berlin", "2026-10-24T21:00:00Z", night, "2026-10-25T07:00Z"],
    ["Europe/Berlin", "2026-03-29T00:30:00Z", { from: "01:00", to: "02:30" }, "2026-03-29T01:00Z"],
    ["Europe/Berlin", "2026-10-25T00:15:00Z", { from: "22:00", to: "02:30" }, "2026-10-25T00:30Z"],
    ["Europe/Berlin", "2026-10-25T01:15:00Z", { from: "22:00", to: "02:30" }, "2026-10-25T01:30Z"],
    ["Pacific/Apia", "2011-12-30T09:00:00Z", night, "2011-12-30T18:00Z"],
    ["Asia/Kathmandu", "2026-07-01T20:00:00Z", night, "2026-07-02T02:15Z"],
  ])("in %s the window that holds %s ends when the clock says so", (zone, instant, window, expected) => {
    expect(inLocalWindow(zone, at(instant), window)).toBe(true);
    expect(iso(endOfLocalWindow(zone, at(instant), window))).toBe(expected);
  });

  it("that begin where they end are open all day, and end when that time comes", () => {
    const always = { from: "09:00", to: "09:00" };
    expect(inLocalWindow("UTC", at("2026-07-01T03:00:00Z"), always)).toBe(true);
    expect(iso(endOfLocalWindow("UTC", at("2026-07-01T03:00:00Z"), always))).toBe("2026-07-01T09:00Z");
  });

  it("belong to the weekday on which they open", () => {
    const friday = [5];
    expect(inLocalWindow("UTC", at("2026-07-03T23:00:00Z"), night, friday)).toBe(true);
    expect(inLocalWindow("UTC", at("2026-07-04T03:00:00Z"), night, friday)).toBe(true);
    expect(inLocalWindow("UTC", at("2026-07-03T03:00:00Z"), night, friday)).toBe(false);
    expect(inLocalWindow("UTC", at("2026-07-04T23:00:00Z"), night, friday)).toBe(false);
  });

  it("end at an instant outside them, with every instant before still inside", () => {
    const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu"];
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom("00", "15", "30"))
      .map(([h, m]) => `${String(h).padStart(2, "0")}:${m}`);
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: at("2015-01-01"), max: at("2030-01-01") }),
        time,
        time,
        (zone, instant, from, to) => {
          const window = { from, to };
          fc.pre(from !== to && inLocalWindow(zone, instant, window));
          const end = endOfLocalWindow(zone, instant, window);
          expect(inLocalWindow(zone, end, window)).toBe(false);
          for (let probe = instant; probe < end; probe += 15 * MINUTE) expect(inLocalWindow(zone, probe, window)).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("the next time the clock shows HH:MM", () => {
  it.each([
    ["Europe/Berlin", "2026-03-28T12:00:00Z", "02:30", undefined, "2026-03-29T01:00Z"],
    ["Europe/Berlin", "2026-03-29T01:00:00Z", "02:30", undefined, "2026-03-30T00:30Z"],
    ["Europe/Berlin", "2026-10-24T12:00:00Z", "02:30", undefined, "2026-10-25T00:30Z"],
    ["Europe/Berlin", "2026-10-25T00:30:00Z", "02:30", undefined, "2026-10-26T01:30Z"],
    ["Europe/Berlin", "2026-07-01T07:00:00Z", "09:00", undefined, "2026-07-02T07:00Z"],
    ["Europe/Berlin", "2026-07-01T07:00:00Z", "09:00", [1], "2026-07-06T07:00Z"],
    ["Pacific/Apia", "2011-12-29T20:00:00Z", "09:00", undefined, "2011-12-30T19:00Z"],
    ["Pacific/Apia", "2011-12-29T20:00:00Z", "09:00", [5], "2012-01-05T19:00Z"],
  ])("in %s after %s: %s on %j", (zone, from, time, days, expected) => {
    expect(iso(nextLocalTime(zone, at(from), time, days))).toBe(expected);
  });

  it("comes once a day and always lies ahead", () => {
    fc.assert(
      fc.property(fc.integer({ min: at("2015-01-01"), max: at("2030-01-01") }), (from) => {
        const next = nextLocalTime("Europe/Berlin", from, "02:30");
        expect(next).toBeGreaterThan(from);
        expect(next - from).toBeLessThanOrEqual(DAY_MS + 60 * MINUTE);
        expect(localDayStart("Europe/Berlin", nextLocalTime("Europe/Berlin", next, "02:30"))).toBeGreaterThan(next);
      }),
    );
  });
});
