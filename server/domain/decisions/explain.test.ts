import { describe, expect, it } from "vitest";
import { decideCases } from "../../../tests/support/decide-cases/all.cases.ts";
import { decideInput, evidence, hour, type InputPatch, noon, reachable } from "../../../tests/support/decide-input.ts";
import { decide } from "./decide.ts";
import { blockingCodes, passingCodes, readCode } from "./decision-codes.ts";
import { type Explanation, explain } from "./explain.ts";
import { customerReasonByCode, customerReasons, customerWords, explanationLocales } from "./explanations/customer-words.ts";
import { durationInWords, factReader, passingWords, staffWords } from "./explanations/staff-words.ts";

const signalClues = {
  card_refused: { en: "the payment form refused your card twice", de: "das Formular hat Ihre Karte zweimal abgelehnt" },
  rage_clicks: { en: "the button did not react" },
};

function explained(given: InputPatch, audience: "customer" | "staff", locale = "en"): Explanation {
  const input = decideInput(given);
  const [decision] = decide(input);
  const [candidate] = input.candidates;
  if (decision === undefined || candidate === undefined) throw new Error("the input has a candidate");
  const benefit = { en: "you can finish your order" };
  const { timezone } = input.customer;
  return explain({ decision, candidate, evidence: candidate.offer.evidence, signalClues, benefit, locale, timezone, audience });
}

describe("explain", () => {
  it("tells the customer what was noticed, strongest first, what it is for, what they gain and what they can do", () => {
    const told = explained({}, "customer");
    expect(told.headline).toBe("Why you got this message");
    expect(told.reasons).toEqual(["the payment form refused your card twice", "the button did not react"]);
    expect(told.purpose).toBe("It is meant to help you before you have to ask.");
    expect(told.benefit).toBe("you can finish your order");
    expect(told.choices.map((choice) => choice.key)).toEqual(["postpone", "decline", "topicOff", "channels", "helpOff"]);
    expect(told.guards).toEqual([]);
  });

  it("speaks the customer's language and falls back to English for a clue that lacks it", () => {
    const told = explained({}, "customer", "de-AT");
    expect(told.locale).toBe("de");
    expect(told.reasons).toEqual(["das Formular hat Ihre Karte zweimal abgelehnt", "the button did not react"]);
    expect(explained({}, "customer", "ja").locale).toBe("en");
  });

  it("tells the customer when quiet time ends, in their own time zone, and promises no end of an incident", () => {
    const night = { candidate: { variantChannels: ["sms" as const] }, customer: { reachability: reachable("sms") } };
    const told = explained({ ...night, consent: { "proactive_help:sms": "granted" }, now: noon + 8 * hour }, "customer");
    expect(told.reasons).toEqual(["It is quiet time where you are.", "This holds until 11 June 2026 at 08:00."]);
    expect(explained({ incidents: [{ id: "i", areas: null, channels: null }] }, "customer").reasons).toHaveLength(1);
  });

  it("tells staff the deciding guard with its numbers, and what would have changed the decision", () => {
    const recent = [1, 2, 3].map((hours) => ({
      kind: "message" as const,
      at: noon - hours * hour,
      channel: "email" as const,
      class: null,
      intent: null,
      journeyKey: null,
      enrollmentId: null,
    }));
    const told = explained({ recent, policies: { ...decideInput().policies, cooldownMs: 0 } }, "staff");
    expect(told.headline).toBe("Held for checkout_help, decided by: Caps");
    expect(told.reasons[0]).toMatch(/^3 of at most 3 messages on all channels in the customer's calendar day/);
    expect(told.change).toBe("The next calendar day, or a higher cap.");
    expect(told.guards).toHaveLength(16);
  });

  it("tells staff what a held-out customer would have got", () => {
    const told = explained({ candidate: { arm: "holdout" } }, "staff");
    expect(told.reasons).toContain("Without the holdout it would have been SEND.");
  });

  it("invents nothing: a clue without words is left out, a fact without a record is called not recorded", () => {
    expect(explained({}, "customer").reasons).not.toContain("help_page");
    expect(explained({ candidate: { offer: { evidence: null } } }, "customer")).toMatchObject({ reasons: [], noticed: null });
    expect(factReader({}, String).value("count")).toBe("not recorded");
    expect(evidence.contributions).toHaveLength(3);
  });

  it("says durations in the largest whole unit", () => {
    expect([90_000, 7_200_000, 86_400_000, 1500].map(durationInWords)).toEqual(["90 seconds", "2 hours", "1 day", "1.5 seconds"]);
  });
});

describe("words for every code", { timeout: 30_000 }, () => {
  const recorded = Object.values(decideCases)
    .flat()
    .map(({ given }) => decide(decideInput(given))[0]);
  const codes = new Set(recorded.flatMap((decision) => decision?.guards.map((one) => one.code) ?? []));

  it("knows every code the scenarios record, and the scenarios meet every code", () => {
    const blocking = [...codes].filter((code) => !passingCodes.some((one) => one === code));
    for (const code of blocking) expect(readCode(code), code).not.toBeNull();
    expect(new Set(blocking.map((code) => readCode(code)?.code))).toEqual(new Set(blockingCodes));
    for (const code of passingCodes) expect([...codes], code).toContain(code);
  });

  it("has words for staff from the facts of every recorded guard, with nothing missing", () => {
    for (const decision of recorded) {
      for (const one of decision?.guards ?? []) {
        const facts = factReader(one.facts, (at) => String(at));
        const known = readCode(one.code);
        const passing = passingCodes.find((code) => code === one.code);
        const words = known !== null ? staffWords[known.code].words(facts) : passing === undefined ? "" : passingWords[passing](facts);
        expect(words, `${one.guard} ${one.code}`).not.toBe("");
        expect(words, `${one.guard} ${one.code}`).not.toContain("not recorded");
      }
    }
  });

  it("has words for the customer in every language, and uses every reason", () => {
    for (const locale of explanationLocales) {
      for (const code of blockingCodes) expect(customerWords[locale].reasons[customerReasonByCode[code]].length, code).toBeGreaterThan(10);
    }
    expect(new Set(Object.values(customerReasonByCode))).toEqual(new Set(customerReasons));
  });

  it("explains every scenario to both audiences in every language", () => {
    for (const { given, name } of Object.values(decideCases).flat()) {
      for (const locale of explanationLocales) {
        for (const audience of ["customer", "staff"] as const) {
          const told = explained(given, audience, locale);
          expect(
            [told.headline, told.purpose, ...told.reasons].every((text) => text.length > 0 && !text.includes("undefined")),
            name,
          ).toBe(true);
        }
      }
    }
  });
});
