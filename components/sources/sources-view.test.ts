import { describe, expect, it } from "vitest";
import { originsOf, verdictWords, whatStops } from "./sources-view.ts";

const key = (id: string, part: { kind?: "write" | "api"; revokedAt?: number } = {}) => ({
  id,
  kind: part.kind ?? ("write" as const),
  name: id,
  prefix: `tact_wk_${id}`,
  scopes: [],
  createdAt: 0,
  lastUsedAt: null,
  revokedAt: part.revokedAt ?? null,
});

describe("what stops when a key is revoked", () => {
  it("is everything, when it is the last usable key of its kind", () => {
    const source = { name: "Shop", keys: [key("a"), key("b", { kind: "api" }), key("c", { revokedAt: 1 })] };
    expect(whatStops(key("a"), source).join(" ")).toContain("the last key of Shop that sends events");
  });

  it.each([
    [2, "One other key of Shop still sends events"],
    [3, "2 other keys of Shop still send events"],
  ])("is not the other usable keys of %i", (count, words) => {
    const keys = ["a", "b", "c"].slice(0, count).map((id) => key(id));
    expect(whatStops(key("a"), { name: "Shop", keys }).join(" ")).toContain(words);
  });
});

describe("the verdict on an event", () => {
  it("says what is special about it, and nothing more", () => {
    expect(verdictWords({ historical: false, verified: true })).toHaveLength(1);
    expect(verdictWords({ historical: true, verified: false })).toHaveLength(3);
  });
});

it("reads origins one per line", () => {
  expect(originsOf(" https://a.example \n\nhttps://b.example\nhttps://a.example")).toEqual(["https://a.example", "https://b.example"]);
});
