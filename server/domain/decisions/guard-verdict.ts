import type { Facts, GuardName, GuardVerdict } from "./decision.ts";
import { type BlockingCode, type PassingCode, staleSuffix } from "./decision-codes.ts";

/** Shared by every verdict without facts. */
const noFacts: Facts = Object.freeze({});

export function allow(guard: GuardName, facts: Facts = noFacts, code: PassingCode = "ok"): GuardVerdict {
  return { guard, outcome: "allow", code, facts };
}

export function hold(guard: GuardName, code: BlockingCode, until: number, facts: Facts = noFacts): GuardVerdict {
  return { guard, outcome: "hold", code, until, facts };
}

export function suppress(guard: GuardName, code: BlockingCode, facts: Facts = noFacts): GuardVerdict {
  return { guard, outcome: "suppress", code, facts };
}

export function review(guard: GuardName, code: BlockingCode, facts: Facts = noFacts): GuardVerdict {
  return { guard, outcome: "review", code, facts };
}

export function ask(guard: GuardName, code: BlockingCode, facts: Facts = noFacts): GuardVerdict {
  return { guard, outcome: "ask", code, facts };
}

export function skipped(guard: GuardName, messageClass: string): GuardVerdict {
  return { guard, outcome: "skipped", code: "skipped_by_class", facts: { class: messageClass } };
}

/** A hold that ends after the offer is worth nothing to anybody: it becomes a suppression that still names its guard and cause. */
export function settleHold(verdict: GuardVerdict, now: number, validUntil: number): GuardVerdict {
  if (verdict.outcome !== "hold") return verdict;
  const { until = now } = verdict;
  if (until > now && until <= validUntil) return verdict;
  return { ...verdict, outcome: "suppress", code: `${verdict.code}${staleSuffix}`, facts: { ...verdict.facts, validUntil } };
}

/**
 * When to look again at a hold nobody knows the end of (a pause, an incident, an open case). Never past the offer's own end, so
 * that a pause lifted in the last minute still lets it go.
 */
export function recheckAt(now: number, everyMs: number, validUntil: number): number {
  return Math.min(now + everyMs, validUntil);
}
