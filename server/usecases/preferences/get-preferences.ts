import type { Deps } from "#server/deps.ts";
import type { EffectiveConsent } from "#server/domain/consent/consent-entry.ts";
import { effectiveConsent } from "#server/domain/consent/effective-consent.ts";
import { noPreferences, type Preferences } from "#server/domain/decisions/preferences.ts";
import type { Channel } from "#server/domain/definitions/common-fields.ts";

export type PreferencePage = {
  customerId: string;
  locale: string;
  preferences: Preferences;
  consent: EffectiveConsent;
  /** What can be turned off one by one: the topics of the live journeys. */
  topics: { key: string; names: string[] }[];
  channels: Channel[];
  company: string;
};

/** All a customer can choose, as it stands. Null for somebody who does not exist any more. Changes nothing. */
export async function getPreferences(deps: Deps, input: { customerId: string }): Promise<PreferencePage | null> {
  const { data } = deps;
  const owner = await data.preferences.findOwner(deps.pool, input.customerId);
  if (owner === null) return null;
  const { id } = owner;
  const catalog = await deps.catalog.get();
  const stored = (await data.preferences.mapFor(deps.pool, [id])).get(id);
  const topics = new Map<string, string[]>();
  for (const { definition } of catalog.journeys.values())
    topics.set(definition.topic, [...(topics.get(definition.topic) ?? []), definition.name]);
  return {
    customerId: id,
    locale: owner.locale ?? catalog.company.locale,
    preferences: stored ?? noPreferences(),
    consent: effectiveConsent(await data.consent.listFor(deps.pool, [id])),
    topics: [...topics].map(([key, names]) => ({ key, names })).sort((a, b) => (a.key < b.key ? -1 : 1)),
    channels: [...deps.channels.names()],
    company: catalog.company.name,
  };
}
