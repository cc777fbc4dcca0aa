import type { GuardVerdict } from "../decision.ts";
import { allow, ask, review, suppress } from "../guard-verdict.ts";
import type { Subject } from "../subject.ts";

/**
 * Help on evidence below the situation's floor, or in its ask band, goes the way the situation says: ask the customer first, let a
 * person look (once), or stay silent. An offer without evidence (a schedule, an order event) has nothing to doubt.
 */
export function confidence(subject: Subject): GuardVerdict {
  const { evidence } = subject.candidate.offer;
  if (evidence === null) return allow("confidence");
  const facts = { score: evidence.score, confidence: evidence.confidence, floor: evidence.confidenceFloor, band: evidence.band };
  if (evidence.band === "act" && evidence.confidence >= evidence.confidenceFloor) return allow("confidence", facts);
  switch (evidence.belowFloor) {
    case "ask":
      return ask("confidence", "ask_first", facts);
    case "review":
      return subject.candidate.reviewed ? allow("confidence", { ...facts, reviewed: true }) : review("confidence", "unsure", facts);
    case "silent":
      return suppress("confidence", "stay_silent", facts);
  }
}
