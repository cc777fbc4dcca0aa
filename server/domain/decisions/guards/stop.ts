import type { GuardVerdict } from "../decision.ts";
import { allow, hold, recheckAt, suppress } from "../guard-verdict.ts";
import type { Subject } from "../subject.ts";

const recheckMs = 5 * 60_000;

/**
 * The hard stops no class may pass: an erased customer, the emergency stop, and a suppressed address when the offer has no other
 * way left. `shadow` is only noted: in shadow mode everything is decided alike and the shell withholds instead of sending.
 */
export function stop(subject: Subject): GuardVerdict {
  const { customer, control, now } = subject.input;
  const facts = { epoch: control.epoch, shadow: control.shadow };
  if (customer.erased) return suppress("stop", "erased", facts);
  if (control.paused) return hold("stop", "paused", recheckAt(now, recheckMs, subject.candidate.validUntil), facts);
  if (subject.usable.length === 0) {
    const suppressed = subject.offered.filter((channel) => customer.reachability[channel]?.suppressed === true);
    if (suppressed.length > 0) return suppress("stop", "address_suppressed", { ...facts, suppressed });
  }
  return allow("stop", facts);
}
