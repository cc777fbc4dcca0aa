import { describe, expect, it } from "vitest";
import { quietTime } from "./quiet-time.ts";

const at = (iso: string): number => Date.parse(iso);
const night = (from: string, to: string) => [{ channels: ["sms" as const], window: { from, to } }];

/** RELIABILITY S5: quiet hours on the days clocks change. `until` null: not quiet. */
const table: { name: string; zone: string; window: [string, string]; now: string; until: string | null }[] = [
  // Berlin, 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC.
  {
    name: "Berlin, spring: a night one hour shorter",
    zone: "Europe/Berlin",
    window: ["20:00", "08:00"],
    now: "2026-03-28T21:00Z",
    until: "2026-03-29T06:00Z",
  },
  {
    name: "Berlin, spring: ends at a time that does not exist",
    zone: "Europe/Berlin",
    window: ["22:00", "02:30"],
    now: "2026-03-29T00:30Z",
    until: "2026-03-29T01:00Z",
  },
  {
    name: "Berlin, spring: starts at a time that does not exist",
    zone: "Europe/Berlin",
    window: ["02:30", "06:00"],
    now: "2026-03-29T01:00Z",
    until: "2026-03-29T04:00Z",
  },
  {
    name: "Berlin, spring: just before such a start",
    zone: "Europe/Berlin",
    window: ["02:30", "06:00"],
    now: "2026-03-29T00:59Z",
    until: null,
  },
  // Berlin, 25 October 2026: 03:00 becomes 02:00 at 01:00 UTC.
  {
    name: "Berlin, autumn: a night one hour longer",
    zone: "Europe/Berlin",
    window: ["20:00", "08:00"],
    now: "2026-10-24T19:00Z",
    until: "2026-10-25T07:00Z",
  },
  {
    name: "Berlin, autumn: an end that comes twice, quiet until the first",
    zone: "Europe/Berlin",
    window: ["22:00", "02:30"],
    now: "2026-10-24T23:00Z",
    until: "2026-10-25T00:30Z",
  },
  {
    name: "Berlin, autumn: quiet again while the clock shows the window a second time",
    zone: "Europe/Berlin",
    window: ["22:00", "02:30"],
    now: "2026-10-25T01:10Z",
    until: "2026-10-25T01:30Z",
  },
  // New York, 8 March and 1 November 2026.
  { name: "New York, spring", zone: "America/New_York", window: ["21:00", "08:00"], now: "2026-03-08T05:00Z", until: "2026-03-08T12:00Z" },
  { name: "New York, autumn", zone: "America/New_York", window: ["21:00", "08:00"], now: "2026-11-01T04:00Z", until: "2026-11-01T13:00Z" },
  // Lord Howe changes by half an hour: 4 October 2026 (02:00 becomes 02:30) and 5 April 2026.
  {
    name: "Lord Howe, spring",
    zone: "Australia/Lord_Howe",
    window: ["20:00", "08:00"],
    now: "2026-10-03T12:00Z",
    until: "2026-10-03T21:00Z",
  },
  {
    name: "Lord Howe, autumn",
    zone: "Australia/Lord_Howe",
    window: ["20:00", "08:00"],
    now: "2026-04-04T12:00Z",
    until: "2026-04-04T21:30Z",
  },
  // Tehran has not changed its clocks since 2022.
  { name: "Tehran, no change", zone: "Asia/Tehran", window: ["20:00", "08:00"], now: "2026-03-21T18:00Z", until: "2026-03-22T04:30Z" },
  {
    name: "Kathmandu, a quarter of an hour off",
    zone: "Asia/Kathmandu",
    window: ["20:00", "08:00"],
    now: "2026-06-10T15:00Z",
    until: "2026-06-11T02:15Z",
  },
  {
    name: "an unknown zone is read as UTC",
    zone: "Not/AZone",
    window: ["20:00", "08:00"],
    now: "2026-06-10T21:00Z",
    until: "2026-06-11T08:00Z",
  },
  {
    name: "half-open: quiet from the first minute",
    zone: "Europe/Berlin",
    window: ["20:00", "08:00"],
    now: "2026-06-10T18:00Z",
    until: "2026-06-11T06:00Z",
  },
  { name: "half-open: over at the last", zone: "Europe/Berlin", window: ["20:00", "08:00"], now: "2026-06-11T06:00Z", until: null },
];

describe("quietTime", { timeout: 30_000 }, () => {
  it.each(table)("$name", ({ zone, window, now, until }) => {
    const quiet = quietTime("sms", night(...window), null, zone, at(now));
    expect(quiet === null ? null : new Date(quiet.until).toISOString()).toBe(until === null ? null : new Date(at(until)).toISOString());
  });

  it("always ends at an instant that is not quiet, on every quarter of an hour around clock changes", () => {
    const changes = [
      "2026-03-29T01:00Z",
      "2026-10-25T01:00Z",
      "2026-03-08T07:00Z",
      "2026-11-01T06:00Z",
      "2026-10-03T15:30Z",
      "2026-04-04T15:00Z",
    ];
    for (const zone of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]) {
      for (const change of changes) {
        for (let step = -40; step <= 40; step += 1) {
          const now = at(change) + step * 900_000;
          for (const window of [night("20:00", "08:00"), night("22:00", "02:30"), night("01:15", "02:15")]) {
            const quiet = quietTime("sms", window, null, zone, now);
            if (quiet === null) continue;
            expect(quiet.until).toBeGreaterThan(now);
            expect(quietTime("sms", window, null, zone, quiet.until)).toBeNull();
          }
        }
      }
    }
  });

  it("keeps the customer's own hours on channels that can disturb, and leaves in-page and in-app alone", () => {
    const own = { from: "12:00", to: "14:00" };
    const now = at("2026-06-10T12:30Z");
    expect(quietTime("email", [], own, "UTC", now)?.source).toBe("customer");
    expect(quietTime("in_app", [], own, "UTC", now)).toBeNull();
    expect(quietTime("in_page", [], own, "UTC", now)).toBeNull();
  });

  it("joins windows that overlap", () => {
    const rules = [...night("20:00", "08:00"), ...night("07:30", "09:00")];
    expect(quietTime("sms", rules, { from: "09:00", to: "09:30" }, "UTC", at("2026-06-10T21:00Z"))?.until).toBe(at("2026-06-11T09:30Z"));
  });
});
