import { describe, expect, it } from "vitest";
import { compareProportions } from "#server/domain/metrics/proportions.ts";
import { countsOf, scaleEnd, verdictOf } from "./rate-view.ts";

describe("verdictOf", () => {
  it("says how many people are missing while it is too early", () => {
    const few = compareProportions({ hits: 3, total: 12 }, { hits: 1, total: 40 });
    expect(verdictOf(few, "higher")).toEqual({ text: "Too early to say: needs 18 more helped.", tone: "neutral" });
  });

  it("calls a clear rise good only where more is better", () => {
    const clear = compareProportions({ hits: 56, total: 70 }, { hits: 48, total: 80 });
    expect(verdictOf(clear, "higher").tone).toBe("good");
    expect(verdictOf(clear, "lower").tone).toBe("bad");
    expect(verdictOf(clear, "higher").text).toBe("Higher with help by 20.0 points (+5.2 to +33.4 points).");
  });

  it("claims nothing when the interval holds zero", () => {
    const even = compareProportions({ hits: 50, total: 100 }, { hits: 49, total: 100 });
    expect(verdictOf(even, "higher").text).toMatch(/^No clear difference yet/);
  });
});

describe("scaleEnd", () => {
  it("fits both intervals and is round", () => {
    expect(scaleEnd(compareProportions({ hits: 2, total: 100 }, { hits: 1, total: 100 }))).toBe(0.1);
    expect(scaleEnd(compareProportions({ hits: 0, total: 0 }, { hits: 0, total: 0 }))).toBe(0.05);
  });
});

describe("countsOf", () => {
  it("does not turn an empty group into a zero", () => {
    expect(countsOf({ hits: 0, total: 0, share: null })).toBe("nobody yet");
  });
});
