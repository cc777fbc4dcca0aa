import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryDecideInput } from "../../../tests/support/arbitrary-decide-input.ts";
import { decideCases } from "../../../tests/support/decide-cases/all.cases.ts";
import { contact, decideInput, hour, ids, noon, reachable } from "../../../tests/support/decide-input.ts";
import { canonicalJson } from "../canonical-json.ts";
import { decide } from "./decide.ts";
import { freezeInput, replayDecision } from "./frozen-input.ts";
import { frozenInputSchema } from "./frozen-schema.ts";

describe("freezeInput and replayDecision", { timeout: 30_000 }, () => {
  it("replay every scenario to the same decision, to the last fact", () => {
    for (const { name, given } of Object.values(decideCases).flat()) {
      const input = decideInput(given);
      for (const decision of decide(input)) {
        const stored: unknown = JSON.parse(canonicalJson(freezeInput(input, decision.candidateId, decision)));
        expect(replayDecision(stored), name).toEqual(decision);
      }
    }
  });

  it("replay any decision alone, whether it was at hand when freezing or not", () => {
    fc.assert(
      fc.property(arbitraryDecideInput, (input) => {
        for (const decision of decide(input)) {
          const frozen = freezeInput(input, decision.candidateId);
          expect(frozen).toEqual(freezeInput(input, decision.candidateId, decision));
          expect(replayDecision(JSON.parse(JSON.stringify(frozen)))).toEqual(decision);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("keeps a busy customer's input within 2 kB", () => {
    const sizes = Array.from({ length: 100 }, (_, index) => {
      const recent = Array.from({ length: 3 + (index % 10) }, (_, back) =>
        contact({ at: noon - (back + 1) * 13 * hour, channel: back % 2 === 0 ? "email" : "in_app" }),
      );
      const input = decideInput({
        recent,
        customer: { reachability: reachable("in_page", "in_app", "email", "sms", "push") },
        candidate: { variantChannels: ["in_page", "in_app", "email", "sms", "push"] },
        incidents: index % 4 === 0 ? [{ id: ids.incident, areas: ["payments"], channels: null }] : [],
        reactions: [{ intent: "finish_checkout", topic: "checkout", kind: "accepted", until: null, at: noon - 200 * hour }],
        others: index % 2 === 0 ? [{ id: ids.other, intent: "delivery_delay", offer: { priority: 80 } }] : [],
      });
      return canonicalJson(freezeInput(input, ids.candidate)).length;
    }).sort((a, b) => a - b);
    expect(sizes[95]).toBeLessThanOrEqual(2048);
  });

  it("holds no address, hash of an address, name or text that the shell's objects carried", () => {
    const input = decideInput();
    const leaky = {
      ...input,
      customer: { ...input.customer, name: "Ada Lovelace", email: "ada@example.com" },
      preferences: { ...input.preferences, note: "please call Ada" },
      candidates: input.candidates.map((one) => ({ ...one, body: "Hi Ada", offer: { ...one.offer, subject: "For Ada" } })),
    };
    const text = canonicalJson(freezeInput(leaky, ids.candidate));
    expect(text).not.toMatch(/ada|@|0000000000aa/i);
  });

  it("refuses a stored input with a field it does not know, and an engine that was never released", () => {
    const frozen = freezeInput(decideInput(), ids.candidate);
    expect(frozenInputSchema.safeParse({ ...frozen, extra: 1 }).success).toBe(false);
    expect(() => replayDecision({ ...frozen, engine: 999 })).toThrow(RangeError);
    expect(() => freezeInput(decideInput(), "unknown")).toThrow(RangeError);
  });
});
