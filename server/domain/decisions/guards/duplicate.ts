import type { GuardVerdict } from "../decision.ts";
import { allow, suppress } from "../guard-verdict.ts";
import type { Subject } from "../subject.ts";

/**
 * The same help, whatever journey or channel it came by, is not offered twice within its window. A later rung of the same ladder
 * is the same help going on, not a second one.
 */
export function duplicate(subject: Subject): GuardVerdict {
  const { offer, intent } = subject.candidate;
  const since = subject.input.now - offer.duplicateWindowMs;
  const laterRung = offer.rung !== null && offer.rung > 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  let sameJourney = false;
  for (const contact of subject.contacts) {
    if (contact.kind === "inbound" || contact.intent !== intent || contact.at <= since) continue;
    if (laterRung && contact.enrollmentId === offer.enrollmentId) continue;
    if (contact.at < lastAt) continue;
    const same = contact.journeyKey === offer.journeyKey;
    sameJourney = contact.at === lastAt ? sameJourney || same : same;
    lastAt = contact.at;
  }
  if (lastAt === Number.NEGATIVE_INFINITY) return allow("duplicate");
  return suppress("duplicate", "duplicate", { at: lastAt, sameJourney, windowMs: offer.duplicateWindowMs });
}
