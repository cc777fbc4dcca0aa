import type { Deps } from "#server/deps.ts";
import type { Catalog } from "#server/domain/definitions/catalog.ts";
import type { Channel } from "#server/domain/definitions/common-fields.ts";
import { chooseVariant } from "#server/domain/responses/choose-variant.ts";
import { linkLifetimeMs, linkUrl } from "../links/links.ts";
import type { GateCandidate, GateCustomer } from "./load-gate.ts";

type Rendered = Extract<ReturnType<Deps["channels"]["render"]>, { ok: true }>["message"];

export type Prepared = {
  rendered: Rendered;
  recipient: { value: string; hash: string } | null;
  links: { why: string; preferences: string; unsubscribe: string | null };
};
export type Preparation = ({ ok: true } & Prepared) | { ok: false; code: "no_wording" | "no_address" | "render_failed"; reason: string };

const inboxChannels: readonly Channel[] = ["in_page", "in_app"];

/** Renders the approved wording for one customer on one channel. A message comes out whole or not at all. */
export function prepareMessage(
  deps: Deps,
  what: { catalog: Catalog; customer: GateCustomer; candidate: GateCandidate; channel: Channel; messageId: string; now: number },
): Preparation {
  const { catalog, customer, candidate, channel, messageId, now } = what;
  const { response, open } = candidate;
  if (response === null) return { ok: false, code: "no_wording", reason: "the response is not live" };
  const variant = chooseVariant(response.definition, { channel, locale: customer.view.locale, companyLocale: catalog.company.locale });
  if (variant === null) return { ok: false, code: "no_wording", reason: `the response has no words for ${channel}` };
  const recipient = customer.recipients[channel] ?? null;
  if (recipient === null && !inboxChannels.includes(channel)) return { ok: false, code: "no_address", reason: `no address for ${channel}` };

  const link = (purpose: keyof typeof linkLifetimeMs) =>
    linkUrl(deps, { purpose, customerId: customer.view.id, messageId, exp: now + linkLifetimeMs[purpose] });
  const mayUnsubscribe = open.offer.class !== "critical" && open.offer.class !== "incident_notice";
  const links = { why: link("why"), preferences: link("preferences"), unsubscribe: mayUnsubscribe ? link("unsubscribe") : null };
  const result = deps.channels.render({
    response,
    variant,
    facts: {
      traits: customer.view.traits,
      entry: candidate.enrollment?.context.entry ?? {},
      customer: { locale: customer.view.locale, timezone: customer.view.timezone, known: customer.view.userId !== null },
      company: { name: catalog.company.name },
      links: { why: links.why, preferences: links.preferences, ...(links.unsubscribe === null ? {} : { unsubscribe: links.unsubscribe }) },
    },
    companyName: catalog.company.name,
    surveyUrl: open.offer.kind === "survey" ? link("survey") : null,
    links,
  });
  if (!result.ok) return { ok: false, code: "render_failed", reason: result.reason };
  return { ok: true, rendered: result.message, recipient, links };
}
