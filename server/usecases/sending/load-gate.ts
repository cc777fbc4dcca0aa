import type { Deps } from "#server/deps.ts";
import type { CustomerView } from "#server/domain/customer.ts";
import type { CandidateInput, DecideInput } from "#server/domain/decisions/decision.ts";
import { type DueOffer, gateInput, gateReach, mailChannels, phoneChannels } from "#server/domain/decisions/gate-input.ts";
import { noPreferences } from "#server/domain/decisions/preferences.ts";
import type { Catalog, Versioned } from "#server/domain/definitions/catalog.ts";
import type { Channel } from "#server/domain/definitions/common-fields.ts";
import type { ResponseDefinition } from "#server/domain/definitions/response.ts";
import type { Enrollment } from "#server/domain/journeys/enrollment.ts";
import { emptyCustomerState } from "#server/domain/signals/state.ts";

type Tx = Parameters<Parameters<Deps["transact"]>[0]>[0];
type Data = Deps["data"];
export type Control = Awaited<ReturnType<Data["control"]["read"]>>;
export type OpenCandidate = Awaited<ReturnType<Data["gateContext"]["listDueCandidates"]>>[number];
export type LockedCustomers = Awaited<ReturnType<Data["customers"]["lockCustomers"]>>;
type StoredAddress = Awaited<ReturnType<Data["addresses"]["listFor"]>>[number];

/** One due candidate with what belongs to it. */
export type GateCandidate = {
  open: OpenCandidate;
  enrollment: Enrollment | null;
  response: Versioned<ResponseDefinition> | null;
  input: CandidateInput;
};

/** One customer with everything that is looked at, as it stands under the lock. */
export type GateCustomer = {
  view: CustomerView;
  input: DecideInput;
  candidates: GateCandidate[];
  /** Address by channel; channels without one need none. */
  recipients: Partial<Record<Channel, { value: string; hash: string }>>;
};

/**
 * Loads everything `decide` looks at for these customers, in sets: the number of statements does not depend on how many they are. A
 * customer whose data cannot be read is left out and logged.
 */
export async function loadGateCustomers(
  tx: Tx,
  deps: Deps,
  what: { catalog: Catalog; control: Control; customers: LockedCustomers; candidates: readonly OpenCandidate[]; now: number },
): Promise<GateCustomer[]> {
  const { catalog, control, now } = what;
  const { data } = deps;
  const ids = [...what.customers.keys()];
  const cluster = await data.gateContext.clusterOf(tx, ids);
  const everyId = [...cluster.keys()];
  const ownerOf = (one: { customerId: string }) => cluster.get(one.customerId) ?? one.customerId;
  const offers = what.candidates.map(({ offer }) => offer);
  const reach = gateReach(catalog, offers, now);
  const states = await data.customerState.loadStates(tx, ids);
  const enrollments = new Map(
    (await data.enrollments.loadEnrollmentsById(tx, [...new Set(offers.map((offer) => offer.enrollmentId))])).map((one) => [one.id, one]),
  );
  const consent = groupBy(await data.consent.listFor(tx, ids), (entry) => entry.customerId);
  const preferences = await data.preferences.mapFor(tx, ids);
  const reactions = groupBy(await data.preferences.listReactions(tx, everyId, now), ownerOf);
  const addresses = groupBy(await data.addresses.listFor(tx, ids), (one) => one.customerId);
  const messages = await data.gateContext.listMessages(tx, everyId, reach);
  const contacts = groupBy(messages.contacts, ownerOf);
  const tries = groupBy(messages.failed, (one) => one.stepKey);
  const cases = groupBy(await data.gateContext.listCases(tx, everyId, reach.since), ownerOf);
  const reviewed = await data.gateContext.listReviewed(
    tx,
    what.candidates.filter((one) => one.attempt > 0).map((one) => one.id),
  );
  const moment = {
    now,
    catalog,
    control: { paused: control.paused, shadow: control.shadow, epoch: control.epoch },
    channels: deps.channels.names(),
    incidents: await data.incidents.listOpen(tx),
  };

  const assemble = (customerId: string, open: readonly OpenCandidate[]): GateCustomer[] => {
    const locked = what.customers.get(customerId);
    if (locked === undefined) return [];
    const own = addresses.get(customerId) ?? [];
    const due = open.map(
      (one): DueOffer => ({
        id: one.id,
        offer: one.offer,
        createdAt: one.createdAt,
        validUntil: one.validUntil,
        attempt: one.attempt,
        enrollment: enrollments.get(one.enrollmentId) ?? null,
        reviewed: reviewed.has(one.id),
        tries: tries.get(one.stepKey) ?? [],
      }),
    );
    const { view, input } = gateInput(moment, {
      person: locked.person,
      profile: locked.profile,
      erased: locked.erasedAt !== null,
      lastSeenAt: locked.lastSeenAt,
      state: states.get(customerId)?.state ?? emptyCustomerState(),
      consent: consent.get(customerId) ?? [],
      preferences: preferences.get(customerId) ?? noPreferences(),
      reactions: (reactions.get(customerId) ?? []).map(withoutCustomer),
      addresses: own,
      cases: cases.get(customerId) ?? [],
      contacts: (contacts.get(customerId) ?? []).map(withoutCustomer),
      due,
    });
    const candidates = open.flatMap((one, index): GateCandidate[] => {
      const described = input.candidates[index];
      if (described === undefined) return [];
      const response = catalog.responses.get(one.offer.responseKey) ?? null;
      return [{ open: one, enrollment: due[index]?.enrollment ?? null, response, input: described }];
    });
    return [{ view, input, candidates, recipients: recipientsOf(own) }];
  };
  return [...groupBy(what.candidates, (one) => one.customerId)].flatMap(([customerId, open]) => {
    try {
      return assemble(customerId, open);
    } catch (error) {
      deps.log.error({ err: error, customerId }, "what is known of a customer cannot be read");
      return [];
    }
  });
}

function recipientsOf(addresses: readonly StoredAddress[]): GateCustomer["recipients"] {
  const recipients: GateCustomer["recipients"] = {};
  for (const { kind, value, hash } of addresses) {
    for (const channel of kind === "email" ? mailChannels : phoneChannels) recipients[channel] = { value, hash };
  }
  return recipients;
}

function withoutCustomer<T extends { customerId: string }>({ customerId: _customer, ...rest }: T): Omit<T, "customerId"> {
  return rest;
}

function groupBy<T, K>(list: readonly T[], keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of list) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}
