import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareProportions, LEAST_PER_GROUP, newcombeInterval, share, wilsonInterval } from "./proportions.ts";

const proportion = fc.integer({ min: 0, max: 500 }).chain((total) => fc.integer({ min: 0, max: total }).map((hits) => ({ hits, total })));

describe("wilsonInterval", () => {
  it.each([
    [18, 20, 0.698966, 0.972134],
    [4, 20, 0.080658, 0.416017],
  ])("agrees with published values for %i of %i", (hits, total, low, high) => {
    const interval = wilsonInterval({ hits, total });
    expect(interval.low).toBeCloseTo(low, 6);
    expect(interval.high).toBeCloseTo(high, 6);
  });

  it("reaches 0 and 1 exactly when nobody or everybody counts", () => {
    expect(wilsonInterval({ hits: 0, total: 12 }).low).toBe(0);
    expect(wilsonInterval({ hits: 12, total: 12 }).high).toBe(1);
  });

  it("says nothing when nobody was counted", () => {
    expect(wilsonInterval({ hits: 0, total: 0 })).toEqual({ low: 0, high: 1 });
    expect(share({ hits: 0, total: 0 })).toBeNull();
  });

  it("always lies in [0, 1] and holds the share", () => {
    fc.assert(
      fc.property(proportion, (counts) => {
        const { low, high } = wilsonInterval(counts);
        const p = share(counts);
        return low >= 0 && high <= 1 && (p === null || (low <= p && p <= high));
      }),
    );
  });
});

describe("newcombeInterval", () => {
  it.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
  ])("agrees with published values for %i/%i against %i/%i", (a, n, b, m, low, high) => {
    const interval = newcombeInterval({ hits: a, total: n }, { hits: b, total: m });
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it("turns round when the groups are swapped", () => {
    fc.assert(
      fc.property(proportion, proportion, (a, b) => {
        const there = newcombeInterval(a, b);
        const back = newcombeInterval(b, a);
        return Math.abs(there.low + back.high) < 1e-12 && Math.abs(there.high + back.low) < 1e-12;
      }),
    );
  });
});

describe("compareProportions", () => {
  it("claims nothing while a group is small, however large the difference", () => {
    const small = LEAST_PER_GROUP - 1;
    expect(compareProportions({ hits: small, total: small }, { hits: 0, total: 10_000 }).verdict).toBe("too_early");
  });

  it.each([
    [56, 70, 48, 80, "higher"],
    [48, 80, 56, 70, "lower"],
    [50, 100, 50, 100, "unclear"],
  ] as const)("says of %i/%i against %i/%i: %s", (a, n, b, m, verdict) => {
    expect(compareProportions({ hits: a, total: n }, { hits: b, total: m }).verdict).toBe(verdict);
  });
});
