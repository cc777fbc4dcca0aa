import { describe, expect, it } from "vitest";
import { readPreferenceForm } from "./preference-form.ts";

const now = 1_800_000_000_000;
const nothingOff = { topicsOff: [], channelsOff: [], snoozedUntil: null };

function form(fields: readonly (readonly [string, string])[]): FormData {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  return data;
}

describe("readPreferenceForm", () => {
  it("turns off what was shown and not ticked", () => {
    const sent = form([
      ["shownTopic", "delivery"],
      ["shownTopic", "refill"],
      ["topic", "delivery"],
    ]);
    expect(readPreferenceForm(sent, nothingOff, now)?.topicsOff).toEqual(["refill"]);
  });

  it("leaves alone what the form did not show", () => {
    const sent = form([
      ["shownTopic", "refill"],
      ["topic", "refill"],
    ]);
    expect(readPreferenceForm(sent, { ...nothingOff, topicsOff: ["retired_topic"] }, now)?.topicsOff).toEqual(["retired_topic"]);
  });

  it("keeps a running snooze unless the customer says otherwise", () => {
    const snoozed = { ...nothingOff, snoozedUntil: now + 5 };
    expect(readPreferenceForm(form([]), snoozed, now)?.snoozedUntil).toBe(now + 5);
    expect(readPreferenceForm(form([["snooze", "end"]]), snoozed, now)?.snoozedUntil).toBeNull();
    expect(readPreferenceForm(form([["snooze", "week"]]), snoozed, now)?.snoozedUntil).toBe(now + 7 * 86_400_000);
  });

  it("drops quiet hours that are empty or not times", () => {
    const hours = (from: string, to: string) =>
      readPreferenceForm(
        form([
          ["quiet", "on"],
          ["from", from],
          ["to", to],
        ]),
        nothingOff,
        now,
      )?.quietHours;
    expect(hours("22:00", "22:00")).toBeNull();
    expect(hours("22:00", "07:30")).toEqual({ from: "22:00", to: "07:30" });
    expect(hours("noon", "07:30")).toEqual({ from: "21:00", to: "07:30" });
  });

  it("refuses a channel that does not exist", () => {
    expect(readPreferenceForm(form([["channel", "pigeon"]]), nothingOff, now)).toBeNull();
  });
});
