import { describe, expect, it } from "vitest";
import { safeReturn } from "./safe-return.ts";

describe("safeReturn", () => {
  it("keeps a path of the console with its filters", () => {
    expect(safeReturn("/customers?q=ana")).toBe("/customers?q=ana");
  });

  it.each(["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", undefined, ["/a", "/b"]])(
    "never leaves the console: %s",
    (to) => {
      expect(safeReturn(to)).toBe("/today");
    },
  );
});
