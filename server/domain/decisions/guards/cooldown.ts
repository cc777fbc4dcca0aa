import type { GuardVerdict } from "../decision.ts";
import { allow, hold } from "../guard-verdict.ts";
import type { Subject } from "../subject.ts";

/** A pause after every contact, whoever spoke last. */
export function cooldown(subject: Subject): GuardVerdict {
  const { cooldownMs } = subject.input.policies;
  let last = null;
  for (const contact of subject.contacts) {
    // Of two at the same instant the customer's own counts as the last.
    if (last === null || contact.at > last.at || (contact.at === last.at && contact.kind === "inbound")) last = contact;
  }
  if (last === null) return allow("cooldown");
  const facts = { lastAt: last.at, inbound: last.kind === "inbound", cooldownMs };
  const until = last.at + cooldownMs;
  return until > subject.input.now ? hold("cooldown", "cooldown", until, facts) : allow("cooldown", facts);
}
