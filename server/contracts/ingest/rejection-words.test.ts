import { describe, expect, it } from "vitest";
import { rejectionWords } from "./rejection-words.ts";
import { rejectionCodes } from "./verdict.ts";

describe("words for refused events", () => {
  it.each(rejectionCodes)("say what %s means and how to end it", (code) => {
    const { title, meaning, fix } = rejectionWords(code);
    for (const text of [title, meaning, fix]) expect(text.length).toBeGreaterThan(3);
    expect(meaning).not.toBe(rejectionWords("a_code_of_tomorrow").meaning);
    expect(meaning.endsWith(".") && fix.endsWith(".")).toBe(true);
  });

  it("are all different: no code borrows the advice of another", () => {
    const fixes = rejectionCodes.map((code) => rejectionWords(code).fix);
    expect(new Set(fixes).size).toBe(rejectionCodes.length);
  });

  it("show a code nobody knows as it is", () => {
    expect(rejectionWords("a_code_of_tomorrow").title).toBe("a code of tomorrow");
  });
});
