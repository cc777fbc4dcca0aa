import type { GuardVerdict } from "../decision.ts";
import { allow, hold, recheckAt } from "../guard-verdict.ts";
import type { Subject } from "../subject.ts";

const recheckMs = 15 * 60_000;

/** Somebody who is talking with a person is not talked to by the system, nor in the grace time after the case was solved. */
export function openCase(subject: Subject): GuardVerdict {
  const { cases, policies, now } = subject.input;
  if (cases.openCount > 0) {
    return hold("case", "open_case", recheckAt(now, recheckMs, subject.candidate.validUntil), { open: cases.openCount });
  }
  if (cases.lastResolvedAt !== null && cases.lastResolvedAt + policies.caseGraceMs > now) {
    const until = cases.lastResolvedAt + policies.caseGraceMs;
    return hold("case", "case_grace", until, { resolvedAt: cases.lastResolvedAt, graceMs: policies.caseGraceMs });
  }
  return allow("case");
}
