import type { Deps } from "#server/deps.ts";
import { effectiveConsent } from "#server/domain/consent/effective-consent.ts";
import type { CustomerView, Reachability } from "#server/domain/customer.ts";
import type { CandidateInput, DecideInput, RecentContact } from "#server/domain/decisions/decision.ts";
import type { Catalog, Versioned } from "#server/domain/definitions/catalog.ts";
import type { Channel } from "#server/domain/definitions/common-fields.ts";
import type { ResponseDefinition } from "#server/domain/definitions/response.ts";
import { concernsCustomer } from "#server/domain/incidents/scope.ts";
import { inGlobalHoldout } from "#server/domain/journeys/assignment.ts";
import type { Enrollment, Evidence } from "#server/domain/journeys/enrollment.ts";
import { viewOf } from "#server/domain/pipeline/draft.ts";
import { variantChannels } from "#server/domain/responses/choose-variant.ts";
import { isMailAddress } from "#server/domain/responses/mail-address.ts";
import { customerFacts } from "#server/domain/rules/customer-facts.ts";
import { type CustomerState, emptyCustomerState } from "#server/domain/signals/state.ts";
import { evidenceFor } from "#server/domain/situations/evaluate-situations.ts";
import { decisionPolicies } from "./decision-policies.ts";

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

const DAY = 86_400_000;
const CONTACTS_BACK_MS = 8 * DAY;
const MAX_RETRIES_PER_CHANNEL = 4;
/** An event of the last five minutes means that the person is here right now. */
const IN_FLOW_MS = 5 * 60_000;
const mailChannels: readonly Channel[] = ["email"];
const phoneChannels: readonly Channel[] = ["sms", "whatsapp", "call"];
const inboxChannels: readonly Channel[] = ["in_page", "in_app"];

/**
 * Loads everything `decide` looks at for these customers, in sets: the number of statements does not depend on how many they are. A
 * customer whose data cannot be read is left out and logged.
 */
export async function loadGateCustomers(
  tx: Tx,
  deps: Deps,
  what: { catalog: Catalog; control: Control; customers: LockedCustomers; candidates: readonly OpenCandidate[]; now: number },
): Promise<GateCustomer[]> {
  const { catalog, now } = what;
  const { data } = deps;
  const ids = [...what.customers.keys()];
  const cluster = await data.gateContext.clusterOf(tx, ids);
  const everyId = [...cluster.keys()];
  const offers = what.candidates.map(({ offer }) => offer);
  const states = await data.customerState.loadStates(tx, ids);
  const enrollments = new Map(
    (await data.enrollments.loadEnrollmentsById(tx, [...new Set(offers.map((offer) => offer.enrollmentId))])).map((one) => [one.id, one]),
  );
  const consent = groupBy(await data.consent.listFor(tx, ids), (entry) => entry.customerId);
  const preferences = await data.preferences.mapFor(tx, ids);
  const reactions = groupBy(await data.preferences.listReactions(tx, everyId, now), (one) => cluster.get(one.customerId) ?? one.customerId);
  const addresses = groupBy(await data.addresses.listFor(tx, ids), (one) => one.customerId);
  const messages = await data.gateContext.listMessages(tx, everyId, {
    since: now - CONTACTS_BACK_MS,
    intents: [...new Set(offers.map((offer) => catalog.responses.get(offer.responseKey)?.definition.intent ?? offer.responseKey))],
    intentsSince: now - Math.max(0, ...offers.map((offer) => offer.duplicateWindowMs)),
  });
  const contacts = groupBy(messages.contacts, (one) => cluster.get(one.customerId) ?? one.customerId);
  const failed = groupBy(messages.failed, (one) => one.stepKey);
  const cases = await data.gateContext.summariseCases(tx, everyId, now - CONTACTS_BACK_MS);
  const reviewed = await data.gateContext.listReviewed(
    tx,
    what.candidates.filter((one) => one.attempt > 0).map((one) => one.id),
  );
  const incidents = await data.incidents.listOpen(tx);
  const policies = decisionPolicies(catalog);

  const assemble = (customerId: string, open: readonly OpenCandidate[]): GateCustomer[] => {
    const locked = what.customers.get(customerId);
    if (locked === undefined) return [];
    const view = viewOf({ person: locked.person, catalog }, locked.profile);
    const state = states.get(customerId)?.state ?? emptyCustomerState();
    const facts = customerFacts({ customer: view, state, catalog, now });
    const own = addresses.get(customerId) ?? [];
    const ofCluster = everyId.filter((id) => cluster.get(id) === customerId);
    const candidates = open.map((candidate) =>
      describe(candidate, {
        catalog,
        view,
        state,
        now,
        enrollment: enrollments.get(candidate.enrollmentId) ?? null,
        reviewed: reviewed.has(candidate.id),
        failedChannels: exhausted(failed.get(candidate.stepKey) ?? []),
      }),
    );
    const input: DecideInput = {
      now,
      customer: {
        id: customerId,
        erased: locked.erasedAt !== null,
        timezone: view.timezone,
        timezoneSource: view.timezoneSource,
        reachability: reachabilityOf(deps, view, own),
        inGlobalHoldout: inGlobalHoldout(catalog.policies.holdout.definition, view.bucketKey),
        inFlow: locked.lastSeenAt !== null && now - locked.lastSeenAt < IN_FLOW_MS,
      },
      control: { paused: what.control.paused, shadow: what.control.shadow, epoch: what.control.epoch },
      consent: effectiveConsent(consent.get(customerId) ?? []),
      preferences: preferences.get(customerId) ?? data.preferences.defaultPreferences(),
      reactions: (reactions.get(customerId) ?? []).map(({ intent, topic, kind, until, at }) => ({ intent, topic, kind, until, at })),
      incidents: incidents
        .filter((incident) => concernsCustomer(incident.scope, facts))
        .map((incident) => ({ id: incident.id, areas: incident.scope.areas ?? null, channels: incident.scope.channels ?? null })),
      cases: foldCases(ofCluster.map((id) => cases.get(id))),
      recent: [
        ...(contacts.get(customerId) ?? []).map(withoutCustomer),
        ...ofCluster.flatMap((id) => cases.get(id)?.contacts ?? []).map(withoutCustomer),
      ],
      policies,
      candidates: candidates.map((one) => one.input),
    };
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

function describe(
  open: OpenCandidate,
  of: {
    catalog: Catalog;
    view: CustomerView;
    state: CustomerState;
    now: number;
    enrollment: Enrollment | null;
    reviewed: boolean;
    failedChannels: Channel[];
  },
): GateCandidate {
  const { catalog, enrollment, now } = of;
  const { stepKey: _step, createdAt: _created, validForMs: _validFor, ...offer } = open.offer;
  const response = catalog.responses.get(offer.responseKey) ?? null;
  const journey = catalog.journeyVersions.get(`${offer.journeyKey}@${offer.journeyVersion}`) ?? null;
  const { validFrom, validUntil } = journey?.definition ?? {};
  const input: CandidateInput = {
    id: open.id,
    offer: { ...offer, evidence: evidenceNow(offer.evidence, of) },
    intent: response?.definition.intent ?? offer.responseKey,
    createdAt: open.createdAt,
    validUntil: open.validUntil,
    attempt: open.attempt,
    arm: enrollment?.arm ?? "treated",
    enrollmentActive: enrollment !== null && enrollment.status === "active" && enrollment.nodeId === offer.nodeId,
    journeyLive: journey !== null,
    journeySuspended: catalog.suspended.some((one) => one.kind === "journey" && one.key === offer.journeyKey),
    journeyValid: (validFrom === undefined || Date.parse(validFrom) <= now) && (validUntil === undefined || now < Date.parse(validUntil)),
    goalReachedAt: enrollment?.goalAt ?? null,
    reviewed: of.reviewed,
    variantChannels: response === null ? [] : variantChannels(response.definition),
    failedChannels: of.failedChannels,
  };
  return { open, enrollment, response, input };
}

/** The situation as it is now, never as it was when the offer was made. One that is no longer live is no evidence for anything. */
function evidenceNow(
  offered: Evidence | null,
  of: { catalog: Catalog; view: CustomerView; state: CustomerState; now: number },
): Evidence | null {
  if (offered === null) return null;
  const { catalog, view, state, now } = of;
  const fresh = evidenceFor({ catalog, state, customer: view, situationKey: offered.situation, now });
  return fresh ?? { ...offered, band: "below", confidence: 0, belowFloor: "silent" };
}

/** Channels that refused the message, or were tried often enough. */
function exhausted(tries: readonly { channel: Channel; refused: boolean }[]): Channel[] {
  return [...groupBy(tries, (one) => one.channel)]
    .filter(([, ofChannel]) => ofChannel.some((one) => one.refused) || ofChannel.length >= MAX_RETRIES_PER_CHANNEL)
    .map(([channel]) => channel);
}

function reachabilityOf(deps: Deps, view: CustomerView, addresses: readonly StoredAddress[]): Reachability {
  const reachability: Reachability = {};
  for (const channel of deps.channels.names()) {
    if (inboxChannels.includes(channel)) {
      reachability[channel] = { addressHash: null, sendable: channel === "in_page" || view.userId !== null, suppressed: false };
      continue;
    }
    const kind = mailChannels.includes(channel) ? "email" : phoneChannels.includes(channel) ? "phone" : null;
    const address = addresses.find((one) => one.kind === kind);
    if (address === undefined) continue;
    const usable = address.verified && (kind !== "email" || isMailAddress(address.value));
    reachability[channel] = { addressHash: address.hash, sendable: usable && !address.suppressed, suppressed: address.suppressed };
  }
  return reachability;
}

function recipientsOf(addresses: readonly StoredAddress[]): GateCustomer["recipients"] {
  const recipients: GateCustomer["recipients"] = {};
  for (const { kind, value, hash } of addresses) {
    for (const channel of kind === "email" ? mailChannels : phoneChannels) recipients[channel] = { value, hash };
  }
  return recipients;
}

type CaseSummary = { openCount: number; lastResolvedAt: number | null };

function foldCases(summaries: readonly (CaseSummary | undefined)[]): DecideInput["cases"] {
  let openCount = 0;
  let lastResolvedAt: number | null = null;
  for (const summary of summaries) {
    openCount += summary?.openCount ?? 0;
    if (summary !== undefined && summary.lastResolvedAt !== null) lastResolvedAt = Math.max(lastResolvedAt ?? 0, summary.lastResolvedAt);
  }
  return { openCount, lastResolvedAt };
}

function withoutCustomer({ customerId: _customer, ...contact }: RecentContact & { customerId: string }): RecentContact {
  return contact;
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
