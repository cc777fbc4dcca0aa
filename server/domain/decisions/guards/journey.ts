import type { GuardVerdict } from "../decision.ts";
import { allow, hold, recheckAt, suppress } from "../guard-verdict.ts";
import type { Subject } from "../subject.ts";

const recheckMs = 5 * 60_000;

/** The journey is live and inside its dates, the customer still stands on the step, and the offer is not stale. */
export function journey(subject: Subject): GuardVerdict {
  const { candidate } = subject;
  const { now } = subject.input;
  const facts = { version: candidate.offer.journeyVersion, validUntil: candidate.validUntil };
  if (!candidate.journeyLive) return suppress("journey", "journey_not_live", facts);
  if (!candidate.journeyValid) return suppress("journey", "journey_outside_dates", facts);
  if (!candidate.enrollmentActive) return suppress("journey", "enrollment_ended", facts);
  if (now > candidate.validUntil) return suppress("journey", "stale", facts);
  if (candidate.journeySuspended) {
    return hold("journey", "journey_suspended", recheckAt(now, recheckMs, candidate.validUntil), facts);
  }
  return allow("journey", facts);
}
