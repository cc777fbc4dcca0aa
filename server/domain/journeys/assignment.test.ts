import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucket, inGlobalHoldout, inJourneyHoldout, inRollout, murmur3, pickArm } from "./assignment.ts";

const people = Array.from({ length: 100_000 }, (_, index) => `0198c0de-0000-7000-8000-${index.toString(16).padStart(12, "0")}`);
const share = (isIn: (key: string) => boolean) => people.filter(isIn).length / people.length;

describe("murmur3", () => {
  it.each([
    ["", 0, 0],
    ["", 1, 0x514e28b7],
    ["", 0xffffffff, 0x81f16f39],
    ["test", 0, 0xba6bd213],
    ["test", 0x9747b28c, 0x704b81dc],
    ["Hello, world!", 0, 0xc0363e43],
    ["Hello, world!", 0x9747b28c, 0x24884cba],
    ["The quick brown fox jumps over the lazy dog", 0, 0x2e4ff723],
    ["The quick brown fox jumps over the lazy dog", 0x9747b28c, 0x2fa826cd],
    ["a", 0x9747b28c, 0x7fa09ea6],
    ["aa", 0x9747b28c, 0x5d211726],
    ["aaa", 0x9747b28c, 0x283e0130],
    ["aaaa", 0x9747b28c, 0x5a97808a],
    ["abc", 0x9747b28c, 0xc84a62dd],
    ["ππππππππ", 0x9747b28c, 0xd58063c1],
  ])("gives the published value of %j with seed %i", (text, seed, expected) => {
    expect(murmur3(text, seed)).toBe(expected);
  });
});

describe("assignment", () => {
  it.each([0.01, 0.05, 0.1, 0.25, 0.5, 0.9])("puts a share of %f of the people in, within half a point", (wanted) => {
    expect(Math.abs(share((key) => inRollout("checkout_help", wanted, key)) - wanted)).toBeLessThan(0.005);
    expect(Math.abs(share((key) => inJourneyHoldout("checkout_help", wanted, key)) - wanted)).toBeLessThan(0.005);
  });

  it("puts nobody in at 0 and everybody at 1", () => {
    expect(share((key) => inRollout("checkout_help", 0, key))).toBe(0);
    expect(share((key) => inRollout("checkout_help", 1, key))).toBe(1);
  });

  it("only adds people when a share grows", () => {
    fc.assert(
      fc.property(fc.string(), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (key, a, b) => {
        const [small, large] = a < b ? [a, b] : [b, a];
        if (inRollout("j", small, key)) expect(inRollout("j", large, key)).toBe(true);
      }),
    );
  });

  it("of rollout, journey holdout, global holdout and splits is independent", () => {
    const policy = { kind: "holdout", key: "h", name: "H", globalShare: 0.2, salt: "checkout_help" } as const;
    const rollout = (key: string) => inRollout("checkout_help", 0.5, key);
    const others = [
      (key: string) => inJourneyHoldout("checkout_help", 0.2, key),
      (key: string) => inGlobalHoldout(policy, key),
      (key: string) => bucket("split:checkout_help", key) < 0.2,
      (key: string) => inRollout("refill_reminder", 0.2, key),
    ];
    for (const other of others) expect(Math.abs(share((key) => rollout(key) && other(key)) - 0.1)).toBeLessThan(0.005);
  });

  it("gives each arm its weight, and everybody the same arm every time", () => {
    const arms = [
      { key: "a", weight: 1 },
      { key: "b", weight: 2 },
      { key: "c", weight: 5 },
    ];
    const arm = (key: string) => pickArm("split:s1", key, arms).key;
    expect(Math.abs(share((key) => arm(key) === "a") - 1 / 8)).toBeLessThan(0.005);
    expect(Math.abs(share((key) => arm(key) === "c") - 5 / 8)).toBeLessThan(0.005);
    expect(people.slice(0, 100).map(arm)).toEqual(people.slice(0, 100).map(arm));
  });

  it("never lands on an arm without weight, and refuses a split without any", () => {
    fc.assert(
      fc.property(fc.string(), (key) => {
        expect(
          pickArm("s", key, [
            { key: "off", weight: 0 },
            { key: "on", weight: 1 },
            { key: "off_too", weight: 0 },
          ]).key,
        ).toBe("on");
      }),
    );
    expect(() => pickArm("s", "k", [{ weight: 0 }])).toThrow(RangeError);
  });
});
