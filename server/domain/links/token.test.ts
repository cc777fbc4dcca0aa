import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeClaims, linkPurposes, parseToken } from "./token.ts";

const MAC = "A".repeat(27);
const claims = fc.record({
  purpose: fc.constantFrom(...linkPurposes),
  customerId: fc.uuid(),
  messageId: fc.option(fc.uuid()),
  exp: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1_000),
});

describe("a link token", () => {
  it("carries its claims, and only ids: nothing of the person", () => {
    fc.assert(
      fc.property(claims, (given) => {
        const signed = encodeClaims("k1", given);
        expect(parseToken(`${signed}.${MAC}`)).toEqual({ signed, keyId: "k1", mac: MAC, claims: given });
        expect(`${signed}.${MAC}`).toMatch(/^[\w.-]+$/);
      }),
    );
  });
  it("is told from anything else without being believed", () => {
    fc.assert(fc.property(fc.string(), (text) => parseToken(text) === null));
    expect(parseToken("x".repeat(100_000))).toBeNull();
  });
});
