import type { CustomerView } from "#server/contracts/console/customers.ts";
import type { Deps } from "#server/deps.ts";
import { AppError } from "#server/errors.ts";
import { labelOf, maskAddress, nameFromTraits } from "./mask.ts";
import { parseState, signalViews } from "./signal-views.ts";

const MAX_TRAITS = 100;

/** One customer with everything that was merged into them, as they are at this moment. */
export async function showCustomer(deps: Deps, input: { id: string; identify: boolean }): Promise<CustomerView> {
  const { identify } = input;
  const cluster = await deps.data.consoleCustomers.findCluster(deps.pool, input.id);
  const [id] = cluster;
  const profile = id === undefined ? null : await deps.data.consoleCustomers.findProfile(deps.pool, id);
  if (id === undefined || profile === null) throw new AppError("not_found", "There is no such customer.");
  const read = deps.data.consoleCustomers;
  const [identities, addresses, consent, memberships, preference, catalog] = await Promise.all([
    read.listIdentities(deps.pool, cluster),
    read.listAddresses(deps.pool, cluster),
    read.listConsent(deps.pool, cluster),
    read.listMemberships(deps.pool, id),
    read.findPreference(deps.pool, id),
    deps.catalog.get(),
  ]);
  const now = deps.clock.now();
  const email = addresses.find((address) => address.kind === "email")?.value ?? null;
  const name = nameFromTraits(profile.traits);
  return {
    id,
    mergedFrom: id === input.id ? null : input.id,
    label: profile.erasedAt === null ? labelOf({ id, userId: profile.userId, name, email }, identify) : "Erased customer",
    masked: !identify,
    userId: profile.userId,
    locale:
      profile.locale === null
        ? { value: catalog.company.locale, source: "company" }
        : { value: profile.locale, source: profile.localeSource ?? "told" },
    timezone:
      profile.timezone === null
        ? { value: catalog.company.timezone, source: "company" }
        : { value: profile.timezone, source: profile.timezoneSource ?? "told" },
    createdAt: profile.createdAt,
    lastSeenAt: profile.lastSeenAt,
    erasedAt: profile.erasedAt,
    contaminated: profile.contaminated,
    traits: identify ? traitsOf(profile.traits) : [],
    identities: identities.map((each) => (identify || each.kind === "user" ? each : { ...each, value: maskAddress(each.value) })),
    addresses: addresses.map((each) => (identify ? each : { ...each, value: maskAddress(each.value) })),
    consent,
    preference,
    situations: memberships.map((each) => {
      const definition = catalog.situations.get(each.situation)?.definition;
      return {
        key: each.situation,
        name: definition?.name ?? each.situation,
        meaning: definition?.meaning.en ?? "",
        episode: each.episode,
        enteredAt: each.enteredAt,
        score: each.score,
      };
    }),
    signals: signalViews(catalog, parseState(profile.state), catalog.company.locale, now),
    evaluatedAt: now,
  };
}

function traitsOf(traits: Readonly<Record<string, unknown>>): { key: string; value: string }[] {
  return Object.entries(traits)
    .slice(0, MAX_TRAITS)
    .map(([key, value]) => ({ key, value: typeof value === "string" ? value : JSON.stringify(value) }));
}
