import type { GuardVerdict } from "../decision.ts";
import { allow, suppress } from "../guard-verdict.ts";
import type { Subject } from "../subject.ts";

/** Nobody is helped to do what they have already done, wherever they did it. */
export function goal(subject: Subject): GuardVerdict {
  const { goalReachedAt } = subject.candidate;
  return goalReachedAt === null ? allow("goal") : suppress("goal", "goal_reached", { reachedAt: goalReachedAt });
}
