import type { DecideInput, GuardVerdict, Rival } from "../decision.ts";
import { allow, hold, suppress } from "../guard-verdict.ts";
import type { Subject } from "../subject.ts";

/** Without a cooldown, the loser is looked at again after this. */
const retryMs = 60_000;

/** A candidate no other guard stops, so that it takes part in the conflict. */
export type Contender = Rival & { readonly intent: string; readonly held: boolean };

export function contenderOf(subject: Subject): Contender {
  const { id, createdAt, intent, offer } = subject.candidate;
  const skipsConflict = subject.skips.includes("conflict");
  return { id, createdAt, intent, held: subject.held, skipsConflict, priority: offer.priority, expectedBenefit: offer.expectedBenefit };
}

/**
 * Who goes before this candidate, or null. Both arms are judged alike: whatever the candidate's own arm, its rivals are the
 * candidates that really go, since one that is held out sends nothing and takes nobody's place; only in the global holdout, whose
 * counterfactual is a world in which all go, do held-out candidates outrank each other. A class that may skip the conflict
 * stands apart, except from the very same help, which never goes twice at once.
 */
export function rivalOf(contender: Contender, free: readonly Contender[], input: DecideInput): Rival | null {
  let best: Rival | null = null;
  for (const other of free) {
    if (other.id === contender.id || (other.held && !(contender.held && input.customer.inGlobalHoldout))) continue;
    if ((other.skipsConflict || contender.skipsConflict) && other.intent !== contender.intent) continue;
    if (outranks(other, contender) && (best === null || outranks(other, best))) best = other;
  }
  for (const other of input.rivals ?? []) {
    if (outranks(other, contender) && (best === null || outranks(other, best))) best = other;
  }
  return best;
}

/** Only one speaks: the highest priority, then expected benefit, then age, then id. The others do as their journey says. */
export function conflict(subject: Subject): GuardVerdict {
  const { rival, candidate, input } = subject;
  if (rival === null) return allow("conflict");
  const { offer } = candidate;
  const facts = { winner: rival.id, winnerPriority: rival.priority, priority: offer.priority };
  if (offer.whenOutranked === "suppress") return suppress("conflict", "outranked", facts);
  // The winner speaks now, so this one's cooldown starts now.
  const cooldownMs = subject.skips.includes("cooldown") ? 0 : input.policies.cooldownMs;
  return hold("conflict", "outranked", input.now + Math.max(cooldownMs, retryMs), facts);
}

function outranks(a: Rival, b: Rival): boolean {
  if (a.skipsConflict !== b.skipsConflict) return a.skipsConflict;
  if (a.priority !== b.priority) return a.priority > b.priority;
  if (a.expectedBenefit !== b.expectedBenefit) return a.expectedBenefit > b.expectedBenefit;
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt;
  return a.id < b.id;
}
