import type { GuardVerdict } from "../decision.ts";
import { allow, suppress } from "../guard-verdict.ts";
import type { Subject } from "../subject.ts";

/** Leaves alone who was drawn to be left alone; `wouldBe` is the verdict as if this guard had not spoken. */
export function holdout(subject: Subject): GuardVerdict {
  const global = subject.input.customer.inGlobalHoldout;
  const facts = { arm: subject.candidate.arm, global };
  if (!subject.held) return allow("holdout", facts);
  return suppress("holdout", global ? "holdout_global" : "holdout_journey", facts);
}
