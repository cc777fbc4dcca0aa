import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryDecideInput, arbitraryOpenInput } from "../../../tests/support/arbitrary-decide-input.ts";
import { canonicalJson } from "../canonical-json.ts";
import { purposes } from "../definitions/common-fields.ts";
import { decide } from "./decide.ts";
import { type CandidateInput, type DecideInput, type Decision, type GuardName, guardNames } from "./decision.ts";
import { guardTable } from "./guard-table.ts";

const runs = { numRuns: 400 };

function law(check: (input: DecideInput) => void): void {
  fc.assert(fc.property(arbitraryDecideInput, check), runs);
}

function byId(decisions: readonly Decision[]): Map<string, Decision> {
  return new Map(decisions.map((one) => [one.candidateId, one]));
}

/** The input with its first candidate in the other arm and that journey's own contacts as that arm would have them. */
function inArm(input: DecideInput, arm: CandidateInput["arm"]): DecideInput {
  const [first, ...others] = input.candidates;
  if (first === undefined) return input;
  const { journeyKey } = first.offer;
  const own = arm === "treated" ? ("message" as const) : ("ghost" as const);
  const recent = input.recent.map((one) => (one.kind !== "inbound" && one.journeyKey === journeyKey ? { ...one, kind: own } : one));
  return { ...input, recent, candidates: [{ ...first, arm }, ...others] };
}

describe("laws of decide", { timeout: 30_000 }, () => {
  it("is deterministic and leaves its input as it was", () => {
    law((input) => {
      const before = canonicalJson(input);
      expect(decide(input)).toEqual(decide(input));
      expect(canonicalJson(input)).toBe(before);
    });
  });

  it("does not depend on the order of candidates, contacts or reactions", () => {
    law((input) => {
      const turned = {
        ...input,
        candidates: [...input.candidates].reverse(),
        recent: [...input.recent].reverse(),
        reactions: [...input.reactions].reverse(),
      };
      expect(byId(decide(turned))).toEqual(byId(decide(input)));
    });
  });

  it("records all guards in their order, and the first that does not allow decides", () => {
    expect(guardTable.map((guard) => guard.name)).toEqual(guardNames);
    expect(guardTable.map((guard) => guard.priority)).toEqual(guardNames.map((_, index) => index + 1));
    law((input) => {
      for (const decision of decide(input)) {
        expect(decision.guards.map((one) => one.guard)).toEqual(guardNames);
        const deciding = decision.guards.find((one) => one.outcome !== "allow" && one.outcome !== "skipped");
        expect(decision.guard).toBe(deciding?.guard ?? null);
        expect(decision.verdict === "SEND").toBe(deciding === undefined);
        if (decision.guard !== "holdout") expect(decision.wouldBe).toBe(decision.verdict);
      }
    });
  });

  it("never sends while paused, to the erased, or against a withdrawal, whatever classes may skip", () => {
    law((input) => {
      const withdrawn = Object.fromEntries(purposes.map((purpose) => [`${purpose}:*`, "withdrawn" as const]));
      const blocked: DecideInput[] = [
        { ...input, control: { ...input.control, paused: true } },
        { ...input, customer: { ...input.customer, erased: true } },
        { ...input, consent: { ...input.consent, ...withdrawn } },
      ];
      for (const one of blocked) for (const decision of decide(one)) expect(decision.verdict).not.toBe("SEND");
    });
  });

  it("never sends marketing without a yes, nor help or marketing to the held-out", () => {
    law((input) => {
      for (const [index, decision] of decide(input).entries()) {
        const candidate = input.candidates[index];
        if (decision.verdict !== "SEND" || candidate === undefined) continue;
        const { purpose, class: messageClass } = candidate.offer;
        if (purpose === "marketing") {
          expect([input.consent[`marketing:${decision.channel}`], input.consent["marketing:*"]]).toContain("granted");
        }
        if (messageClass === "help" || messageClass === "marketing") {
          expect(candidate.arm).toBe("treated");
          expect(input.customer.inGlobalHoldout).toBe(false);
        }
      }
    });
  });

  it("sends only on channels that have words, an address, and no preference, suppression or failure against them", () => {
    law((input) => {
      for (const [index, decision] of decide(input).entries()) {
        const candidate = input.candidates[index];
        if (decision.verdict !== "SEND" || candidate === undefined) continue;
        expect(decision.channel).toBe(decision.channelPlan[0]);
        for (const channel of decision.channelPlan) {
          expect(candidate.variantChannels).toContain(channel);
          expect(candidate.failedChannels).not.toContain(channel);
          expect(input.customer.reachability[channel]).toMatchObject({ sendable: true, suppressed: false });
          const passesPreferences = decision.guards.some((one) => one.guard === "preferences" && one.outcome === "skipped");
          if (!passesPreferences) expect(input.preferences.channelsOff).not.toContain(channel);
          if (candidate.offer.channels !== "auto") expect(candidate.offer.channels).toContain(channel);
        }
      }
    });
  });

  it("sends one candidate of a customer at once, beside classes that may skip the conflict, and never one help twice", () => {
    law((input) => {
      const sent = decide(input).flatMap((decision, index) => {
        const candidate = input.candidates[index];
        return decision.verdict === "SEND" && candidate !== undefined ? [{ decision, candidate }] : [];
      });
      const competing = sent.filter(({ decision }) =>
        decision.guards.every((one) => one.guard !== "conflict" || one.outcome !== "skipped"),
      );
      expect(competing.length).toBeLessThanOrEqual(1);
      expect(new Set(sent.map(({ candidate }) => candidate.intent)).size).toBe(sent.length);
    });
  });

  it("holds only into the future and never past the offer", () => {
    law((input) => {
      for (const [index, decision] of decide(input).entries()) {
        expect(decision.holdUntil !== null).toBe(decision.verdict === "HOLD");
        if (decision.holdUntil === null) continue;
        expect(decision.holdUntil).toBeGreaterThan(input.now);
        expect(decision.holdUntil).toBeLessThanOrEqual(input.candidates[index]?.validUntil ?? 0);
      }
    });
  });

  it("would decide the same in both arms: the treated with messages, the held-out with the same as ghosts", () => {
    const alike = (input: DecideInput): void => {
      const oneWorld = { ...input, customer: { ...input.customer, inGlobalHoldout: false }, control: { ...input.control, shadow: false } };
      const treated = decide(inArm(oneWorld, "treated"))[0];
      const heldOut = decide(inArm(oneWorld, "holdout"))[0];
      expect(heldOut?.wouldBe).toBe(treated?.wouldBe);
      if (treated?.wouldBe === "SEND") expect(heldOut?.channelPlan).toEqual(treated.channelPlan);
    };
    law(alike);
    fc.assert(fc.property(arbitraryOpenInput, alike), { numRuns: 1500 });
  });

  it("holds long enough: when the time has come, the same guard does not hold again", () => {
    const timed: readonly (GuardName | null)[] = ["quiet_hours", "caps", "cooldown"];
    const overInTime = (input: DecideInput): void => {
      const alone = { ...input, candidates: input.candidates.slice(0, 1) };
      const before = decide(alone)[0];
      if (before === undefined || before.holdUntil === null || !timed.includes(before.guard)) return;
      expect(decide({ ...alone, now: before.holdUntil })[0]?.guard).not.toBe(before.guard);
    };
    law(overInTime);
    fc.assert(fc.property(arbitraryOpenInput, overInTime), { numRuns: 1500 });
  });

  it("never gets stricter when the cause of one guard is taken away: a SEND stays one, and no earlier guard decides", () => {
    const reliefs: ((input: DecideInput) => DecideInput)[] = [
      (input) => ({ ...input, control: { ...input.control, paused: false } }),
      (input) => ({ ...input, incidents: [] }),
      (input) => ({ ...input, cases: { openCount: 0, lastResolvedAt: null } }),
      (input) => ({ ...input, policies: { ...input.policies, quietHours: [] }, preferences: { ...input.preferences, quietHours: null } }),
      (input) => ({ ...input, policies: { ...input.policies, caps: [] } }),
      (input) => ({ ...input, policies: { ...input.policies, cooldownMs: 0 } }),
      (input) => ({ ...input, preferences: { ...input.preferences, channelsOff: [], snoozedUntil: null }, reactions: [] }),
    ];
    const order = (decision: Decision | undefined): number =>
      decision === undefined || decision.guard === null ? guardNames.length : guardNames.indexOf(decision.guard);
    law((input) => {
      // One candidate: relief may free a rival, and losing to a rival is not the guard's doing.
      const alone = { ...input, candidates: input.candidates.slice(0, 1) };
      const before = decide(alone)[0];
      for (const relieve of reliefs) {
        const after = decide(relieve(alone))[0];
        expect(order(after)).toBeGreaterThanOrEqual(order(before));
        if (before?.verdict === "SEND") expect(after?.verdict).toBe("SEND");
      }
    });
  });
});
