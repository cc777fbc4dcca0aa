import type { ConsentEntry } from "../consent/consent-entry.ts";
import { effectiveConsent } from "../consent/effective-consent.ts";
import type { CustomerView, Reachability } from "../customer.ts";
import type { Catalog } from "../definitions/catalog.ts";
import { type Channel, channelSchema } from "../definitions/common-fields.ts";
import { concernsCustomer, type IncidentScope } from "../incidents/scope.ts";
import { inGlobalHoldout } from "../journeys/assignment.ts";
import type { Enrollment, Evidence, Offer } from "../journeys/enrollment.ts";
import { viewOf } from "../pipeline/draft.ts";
import type { Person } from "../pipeline/step.ts";
import type { AddressKind, Profile } from "../profile/profile.ts";
import { variantChannels } from "../responses/choose-variant.ts";
import { isMailAddress } from "../responses/mail-address.ts";
import { customerFacts } from "../rules/customer-facts.ts";
import type { CustomerState } from "../signals/state.ts";
import { evidenceFor } from "../situations/evaluate-situations.ts";
import type { CandidateInput, DecideInput, RecentContact } from "./decision.ts";
import { decisionPolicies } from "./decision-policies.ts";

/** What holds for everybody at the moment of a gate. */
export type GateMoment = {
  now: number;
  catalog: Catalog;
  control: DecideInput["control"];
  /** Channels that have a provider. */
  channels: readonly Channel[];
  /** Every open incident, whomever it concerns. */
  incidents: readonly { id: string; scope: IncidentScope }[];
};

/** An offer that is due, with what belongs to it. */
export type DueOffer = {
  id: string;
  offer: Offer;
  createdAt: number;
  validUntil: number;
  attempt: number;
  enrollment: Enrollment | null;
  /** A person has approved exactly this offer. */
  reviewed: boolean;
  /** Tries of this step that surely failed. */
  tries: readonly { channel: Channel; refused: boolean }[];
};

export type KnownAddress = { kind: AddressKind; value: string; hash: string | null; verified: boolean; suppressed: boolean };
/** A support case; `channel` is the word of the source. */
export type KnownCase = { channel: string; openedAt: number; resolvedAt: number | null; isOpen: boolean };

/** What is stored of one customer, and of every profile merged into them, in any order. More than is needed may be given. */
export type GateFacts = {
  person: Person;
  profile: Profile;
  erased: boolean;
  lastSeenAt: number | null;
  state: CustomerState;
  consent: readonly ConsentEntry[];
  preferences: DecideInput["preferences"];
  reactions: DecideInput["reactions"];
  addresses: readonly KnownAddress[];
  cases: readonly KnownCase[];
  contacts: readonly RecentContact[];
  due: readonly DueOffer[];
};

/** How far back each kind of history has to be looked up. */
export type GateReach = {
  /** Contacts and cases since then. */
  since: number;
  /** Contacts of these intents since `intentsSince`, which may lie further back. */
  intents: readonly string[];
  intentsSince: number;
};

const contactsBackMs = 8 * 86_400_000;
const maxTriesPerChannel = 4;
/** An event of the last five minutes means that the person is here right now. */
const inFlowMs = 5 * 60_000;
export const mailChannels: readonly Channel[] = ["email"];
export const phoneChannels: readonly Channel[] = ["sms", "whatsapp", "call"];
export const inboxChannels: readonly Channel[] = ["in_page", "in_app"];

/** What history `decide` needs for these offers at `now`. */
export function gateReach(catalog: Catalog, offers: readonly Offer[], now: number): GateReach {
  return {
    since: now - contactsBackMs,
    intents: [...new Set(offers.map((offer) => intentOf(catalog, offer)))],
    intentsSince: now - offers.reduce((longest, offer) => Math.max(longest, offer.duplicateWindowMs), 0),
  };
}

/** What an offer is for: the same intent by another response is the same help. */
export function intentOf(catalog: Catalog, { responseKey }: Pick<Offer, "responseKey">): string {
  return catalog.responses.get(responseKey)?.definition.intent ?? responseKey;
}

/**
 * Everything `decide` looks at, from what is stored of one customer. The one place where it is put together: for the live gate, the dry
 * run, the simulator and backtests. It depends on this customer alone, never on who else is decided in the same batch.
 */
export function gateInput(moment: GateMoment, facts: GateFacts): { view: CustomerView; input: DecideInput } {
  const { now, catalog, control } = moment;
  const { person, state, lastSeenAt } = facts;
  const view = viewOf({ person, catalog }, facts.profile);
  const known = customerFacts({ customer: view, state, catalog, now });
  const reach = gateReach(
    catalog,
    facts.due.map((one) => one.offer),
    now,
  );
  const input: DecideInput = {
    now,
    customer: {
      id: person.id,
      erased: facts.erased,
      timezone: view.timezone,
      timezoneSource: view.timezoneSource,
      reachability: reachabilityOf(view, facts.addresses, moment.channels),
      inGlobalHoldout: inGlobalHoldout(catalog.policies.holdout.definition, view.bucketKey),
      inFlow: lastSeenAt !== null && now - lastSeenAt < inFlowMs,
    },
    control,
    consent: effectiveConsent(facts.consent),
    preferences: facts.preferences,
    reactions: facts.reactions.filter(({ until }) => until === null || until > now),
    incidents: moment.incidents
      .filter(({ scope }) => concernsCustomer(scope, known))
      .map(({ id, scope }) => ({ id, areas: scope.areas ?? null, channels: scope.channels ?? null })),
    cases: casesOf(facts.cases, reach),
    recent: [...facts.contacts.filter((contact) => isWithin(contact, reach)), ...contactsOf(facts.cases, reach)],
    policies: decisionPolicies(catalog),
    candidates: facts.due.map((one) => candidateInput(one, { catalog, view, state, now })),
  };
  return { view, input };
}

type Known = { catalog: Catalog; view: CustomerView; state: CustomerState; now: number };

function candidateInput(due: DueOffer, known: Known): CandidateInput {
  const { catalog, now } = known;
  const { enrollment } = due;
  const { stepKey: _step, createdAt: _created, validForMs: _validFor, ...offer } = due.offer;
  const response = catalog.responses.get(offer.responseKey);
  const journey = catalog.journeyVersions.get(`${offer.journeyKey}@${offer.journeyVersion}`);
  const { validFrom, validUntil } = journey?.definition ?? {};
  return {
    id: due.id,
    offer: { ...offer, evidence: evidenceNow(offer.evidence, known) },
    intent: intentOf(catalog, offer),
    createdAt: due.createdAt,
    validUntil: due.validUntil,
    attempt: due.attempt,
    arm: enrollment?.arm ?? "treated",
    enrollmentActive: enrollment !== null && enrollment.status === "active" && enrollment.nodeId === offer.nodeId,
    journeyLive: journey !== undefined,
    journeySuspended: catalog.suspended.some((one) => one.kind === "journey" && one.key === offer.journeyKey),
    journeyValid: (validFrom === undefined || Date.parse(validFrom) <= now) && (validUntil === undefined || now < Date.parse(validUntil)),
    goalReachedAt: enrollment?.goalAt ?? null,
    reviewed: due.reviewed,
    variantChannels: response === undefined ? [] : variantChannels(response.definition),
    failedChannels: exhausted(due.tries),
  };
}

/** The situation as it is now, never as it was when the offer was made. One that is no longer live is no evidence for anything. */
function evidenceNow(offered: Evidence | null, { catalog, view, state, now }: Known): Evidence | null {
  if (offered === null) return null;
  const fresh = evidenceFor({ catalog, state, customer: view, situationKey: offered.situation, now });
  return fresh ?? { ...offered, band: "below", confidence: 0, belowFloor: "silent" };
}

/** Channels that refused the message, or were tried often enough. */
function exhausted(tries: DueOffer["tries"]): Channel[] {
  return [...new Set(tries.map((one) => one.channel))].filter((channel) => {
    const ofChannel = tries.filter((one) => one.channel === channel);
    return ofChannel.some((one) => one.refused) || ofChannel.length >= maxTriesPerChannel;
  });
}

function reachabilityOf(view: CustomerView, addresses: readonly KnownAddress[], channels: readonly Channel[]): Reachability {
  const reachability: Reachability = {};
  for (const channel of channels) {
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

function isWithin({ at, intent }: RecentContact, { since, intents, intentsSince }: GateReach): boolean {
  return at >= since || (at >= intentsSince && intent !== null && intents.includes(intent));
}

function casesOf(cases: readonly KnownCase[], { since }: GateReach): DecideInput["cases"] {
  let openCount = 0;
  let lastResolvedAt: number | null = null;
  for (const { isOpen, openedAt, resolvedAt } of cases) {
    if (isOpen) openCount += 1;
    else if (resolvedAt !== null && Math.max(openedAt, resolvedAt) >= since) lastResolvedAt = Math.max(lastResolvedAt ?? 0, resolvedAt);
  }
  return { openCount, lastResolvedAt };
}

/** A case channel we do not send on (chat, store) still is a contact; people answered it. */
function contactsOf(cases: readonly KnownCase[], { since }: GateReach): RecentContact[] {
  return cases
    .filter(({ openedAt }) => openedAt >= since)
    .map(({ openedAt, channel }) => ({
      kind: "inbound",
      at: openedAt,
      channel: channelSchema.catch("agent").parse(channel),
      class: null,
      intent: null,
      journeyKey: null,
      enrollmentId: null,
    }));
}
