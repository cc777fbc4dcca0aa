import { describe, expect, it } from "vitest";
import { formatTime, relativeTime } from "./time.tsx";

const noon = Date.UTC(2026, 10, 22, 12, 0, 0);

describe("relativeTime", () => {
  it.each([
    [noon - 3000, "just now"],
    [noon - 59_000, "59 s ago"],
    [noon - 61_000, "1 min ago"],
    [noon + 2 * 3_600_000, "in 2 h"],
    [noon - 13 * 86_400_000, "13 d ago"],
    [noon - 15 * 86_400_000, null],
  ])("says %i as %s", (at, words) => {
    expect(relativeTime(at, noon)).toBe(words);
  });
});

describe("formatTime", () => {
  it("shows the company's clock, whoever looks", () => {
    expect(formatTime(noon, "Asia/Kolkata")).toBe("22 Nov 2026, 17:30");
  });
});
