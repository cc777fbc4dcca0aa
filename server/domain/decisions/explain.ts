import type { LocalizedText, Purpose } from "../definitions/common-fields.ts";
import type { Evidence, Offer } from "../journeys/enrollment.ts";
import { isValidZone } from "../time/zone.ts";
import type { Decision, GuardName, GuardVerdict } from "./decision.ts";
import { passingCodes, readCode } from "./decision-codes.ts";
import { customerReasonByCode, customerWords, type ExplanationLocale, explanationLocales } from "./explanations/customer-words.ts";
import { type FactReader, factReader, guardTitles, passingWords, staffWords } from "./explanations/staff-words.ts";

export type ExplainInput = {
  decision: Pick<Decision, "verdict" | "wouldBe" | "guard" | "code" | "holdUntil" | "channel" | "guards">;
  candidate: { offer: Pick<Offer, "purpose" | "class" | "topic" | "journeyKey"> };
  evidence: Evidence | null;
  /** The clue of each signal in plain words, by signal key. */
  signalClues: Readonly<Record<string, LocalizedText>>;
  /** What the customer gains, from the response. */
  benefit?: LocalizedText | null;
  /** Any BCP 47 tag; the nearest language there are words for is taken. */
  locale: string;
  /** Where times are shown; UTC if left out or unknown. */
  timezone?: string;
  audience: "customer" | "staff";
};

/** Why something was sent, or why nothing was, in plain words; every word of it comes from the record. */
export type Explanation = {
  locale: ExplanationLocale;
  headline: string;
  /** Heads the clues among `reasons`; null when there are none. */
  noticed: string | null;
  /** The clues of the strongest signals, strongest first; for a silence, the deciding guard in words. */
  reasons: readonly string[];
  purpose: string;
  benefit: string | null;
  /** What the customer can do about it. */
  choices: readonly { key: ChoiceKey; text: string }[];
  /** What would have led to another decision; for staff. */
  change: string | null;
  /** Every guard's verdict in words; for staff. */
  guards: readonly { guard: GuardName; title: string; outcome: GuardVerdict["outcome"]; words: string }[];
};

export type ChoiceKey = "postpone" | "decline" | "topicOff" | "channels" | "helpOff" | "withdraw";

/** At most this many clues: the strongest, and only those that matter. */
const maxClues = 3;
const smallestShare = 0.05;

/** Explains one decision from its record to the customer, or to the people who run the product (in English). */
export function explain(input: ExplainInput): Explanation {
  return input.audience === "staff" ? explainToStaff(input) : explainToCustomer(input);
}

function explainToCustomer(input: ExplainInput): Explanation {
  const locale = nearestLocale(input.locale);
  const words = customerWords[locale];
  const { decision } = input;
  const { purpose, class: messageClass } = input.candidate.offer;
  const sent = decision.verdict === "SEND";
  const clues = strongest(input.evidence).flatMap(({ signal }) => {
    const clue = input.signalClues[signal];
    return clue === undefined ? [] : [inLocale(clue, locale)];
  });
  const known = decision.code === null ? null : readCode(decision.code);
  const silence: string[] = [];
  if (known !== null) silence.push(words.reasons[customerReasonByCode[known.code]]);
  if (known?.outlived === true) silence.push(words.outlived);
  if (decision.holdUntil !== null && hasRealEnd(decision)) silence.push(words.until(timeWords(locale, input.timezone)(decision.holdUntil)));
  const choices = choicesFor(purpose, messageClass).map((key) => ({ key, text: words.choices[key] }));
  return {
    locale,
    headline: sent ? words.sent : decision.verdict === "SUPPRESS" ? words.notSent : words.waits,
    noticed: sent && clues.length > 0 ? words.noticed : null,
    reasons: sent ? clues : silence,
    purpose: words.purposes[purpose],
    benefit: input.benefit === undefined || input.benefit === null ? null : inLocale(input.benefit, locale),
    choices,
    change: null,
    guards: [],
  };
}

function explainToStaff(input: ExplainInput): Explanation {
  const { decision, candidate } = input;
  const time = timeWords("en", input.timezone);
  const guards = decision.guards.map((one) => ({
    guard: one.guard,
    title: guardTitles[one.guard],
    outcome: one.outcome,
    words: guardWords(one, time),
  }));
  const deciding = decision.guards.find((one) => one.guard === decision.guard);
  const sent = decision.verdict === "SEND";
  const clues = strongest(input.evidence).map((one) => {
    const clue = input.signalClues[one.signal];
    const numbers = `${Math.round(one.share * 100)} % of the score; intensity ${one.intensity.toFixed(2)}, confidence ${one.confidence.toFixed(2)}`;
    return `${clue === undefined ? one.signal : inLocale(clue, "en")} (${one.signal}: ${numbers})`;
  });
  const reasons = deciding === undefined ? [] : [guardWords(deciding, time)];
  if (decision.holdUntil !== null) reasons.push(`It is decided anew on ${time(decision.holdUntil)}.`);
  if (decision.guard === "holdout") reasons.push(`Without the holdout it would have been ${decision.wouldBe}.`);
  const known = decision.code === null ? null : readCode(decision.code);
  return {
    locale: "en",
    headline: staffHeadline(decision, candidate.offer.journeyKey),
    noticed: clues.length > 0 ? "Evidence" : null,
    reasons: sent ? clues : [...reasons, ...clues],
    purpose: `Purpose ${candidate.offer.purpose}, class ${candidate.offer.class}, topic ${candidate.offer.topic}.`,
    benefit: input.benefit === undefined || input.benefit === null ? null : inLocale(input.benefit, "en"),
    choices: [],
    change: known === null ? null : staffWords[known.code].change,
    guards,
  };
}

function staffHeadline(decision: ExplainInput["decision"], journeyKey: string): string {
  const by = decision.guard === null ? "" : `, decided by: ${guardTitles[decision.guard]}`;
  switch (decision.verdict) {
    case "SEND":
      return decision.channel === null ? `Sent for ${journeyKey}` : `Sent for ${journeyKey} by ${decision.channel}`;
    case "HOLD":
      return `Held for ${journeyKey}${by}`;
    case "REVIEW":
      return `A person looks first for ${journeyKey}${by}`;
    case "ASK":
      return `The customer is asked first for ${journeyKey}${by}`;
    case "SUPPRESS":
      return `Nothing sent for ${journeyKey}${by}`;
  }
}

/** One guard's record in words, for staff. */
export function guardWords(verdict: GuardVerdict, time: (at: number) => string): string {
  const facts: FactReader = factReader(verdict.facts, time);
  const passing = passingCodes.find((one) => one === verdict.code);
  if (passing !== undefined) return passingWords[passing](facts);
  const known = readCode(verdict.code);
  if (known === null) return `Recorded as ${verdict.code}.`;
  const words = staffWords[known.code].words(facts);
  if (!known.outlived) return words;
  const until = verdict.until === undefined ? "later" : time(verdict.until);
  return `${words} It would have waited until ${until}; the offer ends on ${facts.time("validUntil")}, so it was dropped.`;
}

/** Some holds only say when to look again (a pause, an incident, a case): that is no promise to the customer. */
function hasRealEnd(decision: ExplainInput["decision"]): boolean {
  return decision.guard === "quiet_hours" || decision.guard === "preferences";
}

function strongest(evidence: Evidence | null): Evidence["contributions"] {
  if (evidence === null) return [];
  return evidence.contributions
    .filter((one) => one.share >= smallestShare)
    .sort((a, b) => b.share - a.share || (a.signal < b.signal ? -1 : 1))
    .slice(0, maxClues);
}

const choicesByPurpose: Readonly<Record<Purpose, readonly ChoiceKey[]>> = {
  service: ["channels"],
  proactive_help: ["postpone", "decline", "topicOff", "channels", "helpOff"],
  marketing: ["withdraw", "topicOff", "channels"],
};

function choicesFor(purpose: Purpose, messageClass: Offer["class"]): readonly ChoiceKey[] {
  return messageClass === "critical" || messageClass === "incident_notice" ? ["channels"] : choicesByPurpose[purpose];
}

/** The language of the tag if there are words in it, English otherwise. */
export function nearestLocale(tag: string): ExplanationLocale {
  const language = tag.toLowerCase().split(/[-_]/, 1)[0];
  return explanationLocales.find((one) => one === language) ?? "en";
}

/** The text in the locale, or in a regional form of it, or in English, which every text has. */
function inLocale(text: LocalizedText, locale: ExplanationLocale): string {
  const regional = Object.keys(text).find((tag) => tag.startsWith(`${locale}-`));
  return text[locale] ?? (regional === undefined ? undefined : text[regional]) ?? text.en ?? "";
}

function timeWords(locale: ExplanationLocale, timezone: string | undefined): (at: number) => string {
  const timeZone = timezone !== undefined && isValidZone(timezone) ? timezone : "UTC";
  const format = new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, { timeZone, dateStyle: "long", timeStyle: "short" });
  return (at) => format.format(at);
}
