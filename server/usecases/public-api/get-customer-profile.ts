import type * as z from "zod";
import type { customerSchema } from "#server/contracts/public-api/customers.ts";
import type { Deps } from "#server/deps.ts";
import type { Catalog } from "#server/domain/definitions/catalog.ts";
import { type CustomerState, emptyCustomerState } from "#server/domain/signals/state.ts";
import { signalStrength } from "#server/domain/signals/strength.ts";
import { findCustomer, unknownCustomer } from "./find-customer.ts";

type CustomerReply = z.infer<typeof customerSchema>;

const iso = (at: number): string => new Date(at).toISOString();

/** Everything known about one customer as of now, over everybody merged into them. */
export async function getCustomerProfile(deps: Deps, input: { userId: string }): Promise<CustomerReply> {
  const { id, cluster } = await findCustomer(deps, input.userId);
  const read = deps.data.consoleCustomers;
  const [profile, identities, addresses, consent, memberships, preference, states, catalog] = await Promise.all([
    read.findProfile(deps.pool, id),
    read.listIdentities(deps.pool, cluster),
    read.listAddresses(deps.pool, cluster),
    read.listConsent(deps.pool, cluster),
    read.listMemberships(deps.pool, id),
    read.findPreference(deps.pool, id),
    deps.data.customerState.loadStates(deps.pool, [id]),
    deps.catalog.get(),
  ]);
  if (profile === null) throw unknownCustomer();
  const now = deps.clock.now();
  return {
    id,
    userId: profile.userId,
    traits: profile.traits,
    locale: told(profile.locale, profile.localeSource, catalog.company.locale),
    timezone: told(profile.timezone, profile.timezoneSource, catalog.company.timezone),
    createdAt: iso(profile.createdAt),
    lastSeenAt: profile.lastSeenAt === null ? null : iso(profile.lastSeenAt),
    identities: identities.map(({ kind, value, at }) => ({ kind, value, since: iso(at) })),
    addresses: addresses.map(({ kind, value, verified, suppressed }) => ({ kind, value, verified, suppressed })),
    consent: consent.map((entry) => ({ ...entry, at: iso(entry.at) })),
    preferences:
      preference === null ? null : { ...preference, snoozedUntil: preference.snoozedUntil === null ? null : iso(preference.snoozedUntil) },
    signals: strengths(catalog, states.get(id)?.state ?? emptyCustomerState(), now),
    situations: memberships.map(({ situation, episode, enteredAt, score }) => ({
      key: situation,
      episode,
      enteredAt: iso(enteredAt),
      score,
    })),
    evaluatedAt: iso(now),
  };
}

function told(value: string | null, source: string | null, company: string): { value: string; source: string } {
  return value === null ? { value: company, source: "company" } : { value, source: source ?? "context" };
}

function strengths(catalog: Catalog, state: CustomerState, now: number): CustomerReply["signals"] {
  const signals: CustomerReply["signals"] = [];
  for (const { definition } of catalog.signals.values()) {
    const { intensity, confidence, lastHitAt } = signalStrength(definition, state, now);
    if (lastHitAt === null) continue;
    signals.push({ key: definition.key, name: definition.name, intensity, confidence, lastHitAt: iso(lastHitAt) });
  }
  return signals.sort((a, b) => b.intensity - a.intensity);
}
