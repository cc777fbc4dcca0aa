import type { Channel } from "../../definitions/common-fields.ts";
import type { DecideInput, GuardVerdict } from "../decision.ts";
import type { Subject } from "../subject.ts";
import { type Block, judgeWays } from "../ways.ts";

type ConsentRule = DecideInput["policies"]["consent"][number];
type ConsentState = DecideInput["consent"][string];

const withdrawn: Block = { code: "consent_withdrawn", until: null };
const denied: Block = { code: "consent_denied", until: null };
const pending: Block = { code: "consent_pending", until: null };
const unknown: Block = { code: "consent_unknown", until: null };
const noBasis: Block = { code: "no_lawful_basis", until: null };

/** Consent for purpose and channel, by the lawful basis the policy names. A no for the channel or for all channels is a no. */
export function consent(subject: Subject): GuardVerdict {
  const { purpose } = subject.candidate.offer;
  const first = subject.ways[0];
  const rule = first === undefined ? undefined : ruleFor(subject.input.policies.consent, purpose, first.channel);
  return judgeWays("consent", subject.ways, { purpose, basis: rule?.basis ?? "none" });
}

/**
 * What consent has against one channel. A purpose needs a rule naming its lawful basis. Without a record: marketing, and whatever
 * rests on consent, is a no; the rest is as the policy says. A double opt-in still pending is not a yes.
 */
export function consentBlock(input: DecideInput, purpose: ConsentRule["purpose"], channel: Channel): Block | null {
  const own = input.consent[`${purpose}:${channel}`];
  const all = input.consent[`${purpose}:*`];
  if (own === "withdrawn" || all === "withdrawn") return withdrawn;
  if (own === "denied" || all === "denied") return denied;
  const rule = ruleFor(input.policies.consent, purpose, channel);
  if (rule === undefined) return noBasis;
  const state: ConsentState | undefined = own ?? all;
  if (state === "granted") return null;
  const needsYes = purpose === "marketing" || rule.basis === "consent";
  if (needsYes) return state === "pending" ? pending : unknown;
  return rule.unknown === "allowed" ? null : unknown;
}

/** The rule naming the channel goes before the rule for all channels. */
function ruleFor(rules: readonly ConsentRule[], purpose: ConsentRule["purpose"], channel: Channel): ConsentRule | undefined {
  let general: ConsentRule | undefined;
  for (const rule of rules) {
    if (rule.purpose !== purpose) continue;
    if (rule.channel === channel) return rule;
    if (rule.channel === "*") general ??= rule;
  }
  return general;
}
