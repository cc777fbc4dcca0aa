import { describe, expect, it } from "vitest";
import { durationInWords, entryInWords, matcherInWords, ruleInWords, waysOut } from "./in-words.ts";

describe("durationInWords", () => {
  it.each([
    [0, "no time"],
    [1000, "1 second"],
    [90 * 60_000, "1 hour 30 minutes"],
    [2 * 86_400_000 + 4 * 3_600_000 + 60_000, "2 days 4 hours"],
  ])("says %i ms as %s", (ms, words) => {
    expect(durationInWords(ms)).toBe(words);
  });
});

describe("ruleInWords", () => {
  it("brackets nested groups so that and/or cannot be misread", () => {
    const rule = {
      all: [
        { field: "traits.plan", op: "eq" as const, value: "pro" },
        {
          any: [
            { field: "segment.vip", op: "eq" as const, value: true },
            { field: "properties.amount", op: "gt" as const, value: 50 },
          ],
        },
      ],
    };
    expect(ruleInWords(rule, { vip: "Best customers" })).toBe("traits plan is “pro” and (in segment Best customers or amount is over 50)");
  });

  it("says what an empty group means", () => {
    expect(ruleInWords({ all: [] })).toBe("always");
    expect(ruleInWords({ any: [] })).toBe("never");
  });

  it("turns a false membership into a not", () => {
    expect(ruleInWords({ field: "situation.stuck", op: "eq", value: false })).toBe("not in situation stuck");
  });
});

describe("matcherInWords and entryInWords", () => {
  it("names the event and its condition", () => {
    expect(matcherInWords({ type: "track", name: "Order Delayed", where: { field: "properties.days", op: "gte", value: 2 } })).toBe(
      "“Order Delayed” where days is at least 2",
    );
  });

  it("says in whose time zone a schedule runs", () => {
    expect(
      entryInWords({ kind: "schedule", cron: "0 9 * * *", zone: "customer", segment: "refill_due" }, { refill_due: "Refill due" }),
    ).toBe("By the clock (0 9 * * *) in each customer’s time zone, for segment Refill due");
  });
});

describe("waysOut", () => {
  it("names both ways of a wait that can run out", () => {
    const node = {
      id: "w",
      kind: "wait" as const,
      mode: "until_event" as const,
      match: { type: "track" as const },
      timeoutMs: 1000,
      next: "a",
      onTimeout: "b",
    };
    expect(waysOut(node).map((way) => way.to)).toEqual(["a", "b"]);
  });

  it("gives the arms of a split their share of the whole", () => {
    const node = {
      id: "s",
      kind: "split" as const,
      salt: "x",
      arms: [
        { key: "warm", weight: 3, next: "a" },
        { key: "plain", weight: 1, next: "b" },
      ],
    };
    expect(waysOut(node).map((way) => way.label)).toEqual(["warm 75 %", "plain 25 %"]);
  });
});
