import { describe, expect, it } from "vitest";
import { decideCases } from "../../../tests/support/decide-cases/all.cases.ts";
import { decideInput } from "../../../tests/support/decide-input.ts";
import { decide } from "./decide.ts";
import { guardNames } from "./decision.ts";

for (const [subject, cases] of Object.entries(decideCases)) {
  describe(`decide: ${subject}`, () => {
    it.each(cases)("$name", ({ given, verdict, guard, code, until, wouldBe, plan, winner }) => {
      const decision = decide(decideInput(given))[0];
      expect(decision).toMatchObject({
        verdict,
        ...(verdict === "SEND" ? { guard: null, code: null } : {}),
        ...(guard === undefined ? {} : { guard }),
        ...(code === undefined ? {} : { code }),
        ...(until === undefined ? {} : { holdUntil: until }),
        wouldBe: wouldBe ?? verdict,
        ...(plan === undefined ? {} : { channelPlan: plan, channel: plan[0] ?? null }),
        winnerId: winner ?? null,
      });
      expect(decision?.guards.map((one) => one.guard)).toEqual(guardNames);
    });
  });
}
