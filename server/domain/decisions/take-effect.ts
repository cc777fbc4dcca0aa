import type { Channel } from "../definitions/common-fields.ts";
import type { OfferResult } from "../journeys/stimulus.ts";
import type { Decision, GuardName, Verdict } from "./decision.ts";

/** How far a candidate had come before it was decided. */
export type Undecided = { attempt: number; validUntil: number; lastVerdict: string | null; lastGuard: string | null };

/** Where a candidate stands after its decision. `dueAt` is when a held one wakes. */
export type Decided = { attempt: number; lastVerdict: Verdict; lastGuard: GuardName | null; status: "held" | "closed"; dueAt: number };

/**
 * The message a decision makes, if any: one that goes, or one that is withheld and only stands for what would have gone (a ghost), with
 * the reason.
 */
export function messageFor(decision: Decision, shadow: boolean): { channel: Channel; withheld: string | null } | null {
  const { verdict, guard, wouldBe, channel } = decision;
  const isGhost = verdict === "SUPPRESS" && guard === "holdout" && wouldBe === "SEND";
  if (channel === null || (verdict !== "SEND" && !isGhost)) return null;
  return { channel, withheld: isGhost ? "holdout" : shadow ? "shadow mode" : null };
}

/** A candidate that waits and was decided like the last time makes no new record. */
export function repeatsLast({ lastVerdict, lastGuard }: Undecided, { verdict, guard }: Decision): boolean {
  return isWaiting(verdict) && lastVerdict === verdict && lastGuard === guard;
}

/** What becomes of the candidate. `verdict` is the one that took effect. */
export function candidateAfter({ attempt, validUntil }: Undecided, decision: Decision, verdict = decision.verdict): Decided {
  const status = isWaiting(verdict) ? "held" : "closed";
  const dueAt = verdict === "HOLD" ? (decision.holdUntil ?? validUntil) : validUntil;
  return { attempt: attempt + 1, lastVerdict: verdict, lastGuard: decision.guard, status, dueAt };
}

/**
 * What the journey is told at once; null when there is nothing to tell yet: the candidate waits, or its message has been handed to the
 * sender. `isWithheld` says that a ghost was written, `isBroken` that its words could not be made.
 */
export function resultAtOnce(
  { code }: Decision,
  effect: { verdict: Verdict; isWithheld: boolean; isBroken?: boolean },
): Exclude<OfferResult, "sent" | "reviewed_rejected"> | null {
  if (effect.isWithheld) return "withheld";
  if (effect.verdict !== "SUPPRESS") return null;
  return effect.isBroken === true || code === "all_channels_failed" ? "failed" : "suppressed";
}

function isWaiting(verdict: Verdict): boolean {
  return verdict === "HOLD" || verdict === "REVIEW" || verdict === "ASK";
}
