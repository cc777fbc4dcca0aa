import { describe, expect, it } from "vitest";
import { toLocal } from "../time/zone.ts";
import { createCalendar, localDay, localWeek } from "./calendar.ts";
import { type Cap, type CountedContact, reachedCap } from "./cap.ts";

const at = (iso: string): number => Date.parse(iso);
const hour = 3_600_000;
const message = (instant: number): CountedContact => ({ kind: "message", at: instant, channel: "email" });
const perDay: Cap = { channel: "*", max: 3, per: "day" };

/** Sends whenever the cap lets it, every ten minutes for four days, and returns the instants. */
function sendAllItCan(zone: string, from: number, cap: Cap): number[] {
  const sent: number[] = [];
  for (let now = from; now < from + 96 * hour; now += 600_000) {
    const reached = reachedCap([cap], "email", sent.map(message), createCalendar(zone, now));
    if (reached === null) sent.push(now);
    else if (reached.clearsAt !== null) expect(reached.clearsAt).toBeGreaterThan(now);
  }
  return sent;
}

describe("reachedCap", { timeout: 30_000 }, () => {
  it.each([
    ["Pacific/Apia", "2026-06-10T08:00Z"],
    ["America/Sao_Paulo", "2018-11-03T12:00Z"], // midnight of 4 November 2018 does not exist
    ["America/Sao_Paulo", "2018-02-17T12:00Z"], // 23:00 to midnight comes twice
    ["Asia/Kathmandu", "2026-06-10T12:00Z"],
    ["Europe/Berlin", "2026-10-24T12:00Z"],
  ])("never lets more than three through on one local day in %s", (zone, from) => {
    const perLocalDay = new Map<string, number>();
    for (const instant of sendAllItCan(zone, at(from), perDay)) {
      const { year, month, day } = toLocal(zone, instant);
      const key = `${year}-${month}-${day}`;
      perLocalDay.set(key, (perLocalDay.get(key) ?? 0) + 1);
    }
    expect(perLocalDay.size).toBeGreaterThanOrEqual(4);
    expect([...perLocalDay.values()]).toEqual([...perLocalDay.values()].map(() => 3));
  });

  it("never lets more than two through in any 24 hours, and says exactly when the next fits", () => {
    const sent = sendAllItCan("Europe/Berlin", at("2026-10-24T12:00Z"), { channel: "email", max: 2, per: "rolling_24h" });
    for (const [index, instant] of sent.entries()) {
      const before = sent[index - 2];
      if (before !== undefined) expect(instant - before).toBeGreaterThanOrEqual(24 * hour);
    }
    const now = at("2026-06-10T12:00Z");
    const cap: Cap = { channel: "email", max: 1, per: "rolling_24h" };
    expect(reachedCap([cap], "email", [message(now - 5 * hour), message(now - hour)], createCalendar("UTC", now))?.clearsAt).toBe(
      now + 23 * hour,
    );
  });

  it("reports the cap that clears last, and never clears a cap of nothing", () => {
    const now = at("2026-06-10T12:00Z");
    const sent = [message(now - 1), message(now - 2), message(now - 3)];
    const caps: Cap[] = [perDay, { channel: "*", max: 3, per: "week" }];
    expect(reachedCap(caps, "email", sent, createCalendar("UTC", now))).toMatchObject({ per: "week", clearsAt: at("2026-06-15T00:00Z") });
    expect(reachedCap([{ channel: "*", max: 0, per: "day" }], "email", [], createCalendar("UTC", now))?.clearsAt).toBeNull();
  });
});

describe("calendar", () => {
  it("knows days of 23 and 25 hours and weeks across clock changes", () => {
    const spring = localDay(createCalendar("Europe/Berlin", at("2026-03-29T10:00Z")));
    const autumn = localDay(createCalendar("Europe/Berlin", at("2026-10-25T10:00Z")));
    expect([(spring.end - spring.start) / hour, (autumn.end - autumn.start) / hour]).toEqual([23, 25]);
    const week = localWeek(createCalendar("Europe/Berlin", at("2026-10-25T10:00Z")));
    expect(week).toEqual({ start: at("2026-10-18T22:00Z"), end: at("2026-10-25T23:00Z") });
  });
});
