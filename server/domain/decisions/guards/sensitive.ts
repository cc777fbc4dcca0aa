import type { GuardVerdict } from "../decision.ts";
import { allow, review } from "../guard-verdict.ts";
import type { Subject } from "../subject.ts";

/** What touches a sensitive matter is read by a person first. */
export function sensitive(subject: Subject): GuardVerdict {
  const facts = { sensitive: subject.candidate.offer.sensitive, reviewed: subject.candidate.reviewed };
  return facts.sensitive && !facts.reviewed ? review("sensitive", "sensitive", facts) : allow("sensitive", facts);
}
