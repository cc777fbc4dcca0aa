import type { DomainEvent } from "../events.ts";

/** Who an event speaks of. Keys are those of `actorKey`; values are what the sender wrote. */
export type IdentityClaim = {
  eventId: string;
  user: IdentityName | null;
  anonymous: IdentityName | null;
  /** Of an alias: the former id, read as an anonymous and as a user identity. */
  previous: { anonymous: IdentityName; user: IdentityName } | null;
  /** A server said it, or the browser proved it. Only then does it speak for a user or link anything. */
  verified: boolean;
  /** A server key: the only machine that may merge two users. */
  fromServer: boolean;
};
export type IdentityName = { actor: string; value: string };

/** An identity on record. `customerId` is the customer it leads to after all merges; `userId` is that customer's. */
export type KnownIdentity = { actor: string; customerId: string; linkedUser: string | null; userId: string | null };

export type NewCustomer = { id: string; userId: string | null; bucketKey: string };
export type NewIdentity = { actor: string; kind: "user" | "anonymous"; value: string; customerId: string; linkedUser: string | null };

/** What has to be written before the events can be applied to `customerOf`. Merges are in order and never in a circle. */
export type IdentityPlan = {
  customerOf: Map<string, string>;
  newCustomers: NewCustomer[];
  newIdentities: NewIdentity[];
  /** Anonymous identities that get their first and only user. */
  links: { actor: string; linkedUser: string }[];
  /** Anonymous customers that turn out to be this user. */
  promotions: { customerId: string; userId: string }[];
  merges: { from: string; into: string }[];
};

type Working = { customerId: string; linkedUser: string | null };

type Planning = {
  plan: IdentityPlan;
  identities: Map<string, Working>;
  /** userId of each customer in play. */
  users: Map<string, string | null>;
  newIdentities: Map<string, NewIdentity>;
  into: Map<string, string>;
  newId: () => string;
};

/**
 * Resolves the customers of `claims`, which come in the order in which events apply (DESIGN §15 Identity):
 * - a userId is one customer for ever;
 * - an anonymousId is linked once, to its first userId, and brings its past along; a second userId on the device gets none of it;
 * - only a verified event links; an unproven one is filed under its anonymousId (the gateway refuses one that has none);
 * - two users merge only by an alias from a server; a merge of a customer with itself is nothing, so there are no circles.
 */
export function planIdentities(claims: readonly IdentityClaim[], known: readonly KnownIdentity[], newId: () => string): IdentityPlan {
  const planning: Planning = {
    plan: { customerOf: new Map(), newCustomers: [], newIdentities: [], links: [], promotions: [], merges: [] },
    identities: new Map(known.map((identity) => [identity.actor, { customerId: identity.customerId, linkedUser: identity.linkedUser }])),
    users: new Map(known.map((identity) => [identity.customerId, identity.userId])),
    newIdentities: new Map(),
    into: new Map(),
    newId,
  };
  for (const claim of claims) planning.plan.customerOf.set(claim.eventId, customerFor(planning, claim));
  for (const [eventId, customerId] of planning.plan.customerOf) planning.plan.customerOf.set(eventId, rootOf(planning, customerId));
  planning.plan.newIdentities = [...planning.newIdentities.values()];
  return planning.plan;
}

function customerFor(planning: Planning, claim: IdentityClaim): string {
  if (!claim.verified) {
    return claim.anonymous === null ? refuse(claim) : anonymousCustomer(planning, claim.anonymous);
  }
  if (claim.user === null) return claim.anonymous === null ? refuse(claim) : anonymousCustomer(planning, claim.anonymous);
  const { previous } = claim;
  if (previous !== null) {
    const former = planning.identities.get(previous.user.actor);
    if (former !== undefined && claim.fromServer) return mergeUsers(planning, claim.user, former);
    if (former === undefined) linkDevice(planning, claim.user, previous.anonymous);
  }
  if (claim.anonymous !== null) return linkDevice(planning, claim.user, claim.anonymous);
  return userCustomer(planning, claim.user);
}

function refuse(claim: IdentityClaim): never {
  throw new Error(`event ${claim.eventId} names nobody`);
}

/** Customer of an anonymous id: its own, or that of the user it was linked to. */
function anonymousCustomer(planning: Planning, name: IdentityName): string {
  const known = planning.identities.get(name.actor);
  if (known !== undefined) return rootOf(planning, known.customerId);
  const customerId = createCustomer(planning, null, name.actor);
  addIdentity(planning, { actor: name.actor, kind: "anonymous", value: name.value, customerId, linkedUser: null });
  return customerId;
}

function userCustomer(planning: Planning, name: IdentityName): string {
  const known = planning.identities.get(name.actor);
  if (known !== undefined) return rootOf(planning, known.customerId);
  const customerId = createCustomer(planning, name.value, name.actor);
  addIdentity(planning, { actor: name.actor, kind: "user", value: name.value, customerId, linkedUser: null });
  return customerId;
}

function linkDevice(planning: Planning, user: IdentityName, device: IdentityName): string {
  const anonymous = planning.identities.get(device.actor);
  if (anonymous === undefined) {
    const customerId = userCustomer(planning, user);
    addIdentity(planning, { actor: device.actor, kind: "anonymous", value: device.value, customerId, linkedUser: user.actor });
    return customerId;
  }
  if (anonymous.linkedUser !== null) return userCustomer(planning, user);
  const past = rootOf(planning, anonymous.customerId);
  link(planning, device.actor, user.actor);
  const known = planning.identities.get(user.actor);
  if (known !== undefined) {
    const into = rootOf(planning, known.customerId);
    if (past !== into && planning.users.get(past) === null) merge(planning, past, into);
    return rootOf(planning, into);
  }
  if (planning.users.get(past) !== null) return userCustomer(planning, user);
  planning.users.set(past, user.value);
  const created = planning.plan.newCustomers.find((customer) => customer.id === past);
  if (created !== undefined) created.userId = user.value;
  else planning.plan.promotions.push({ customerId: past, userId: user.value });
  addIdentity(planning, { actor: user.actor, kind: "user", value: user.value, customerId: past, linkedUser: null });
  return past;
}

function mergeUsers(planning: Planning, user: IdentityName, former: Working): string {
  const from = rootOf(planning, former.customerId);
  const known = planning.identities.get(user.actor);
  if (known === undefined) {
    addIdentity(planning, { actor: user.actor, kind: "user", value: user.value, customerId: from, linkedUser: null });
    return from;
  }
  const into = rootOf(planning, known.customerId);
  if (from !== into) merge(planning, from, into);
  return into;
}

/** A customer made in this very batch leaves no trace of its own: its identities simply lead to the other one. */
function merge(planning: Planning, from: string, into: string): void {
  planning.into.set(from, into);
  const { newCustomers, merges } = planning.plan;
  const fresh = newCustomers.findIndex((customer) => customer.id === from);
  if (fresh >= 0) newCustomers.splice(fresh, 1);
  else merges.push({ from, into });
  for (const identity of planning.newIdentities.values()) if (identity.customerId === from) identity.customerId = into;
}

function link(planning: Planning, actor: string, linkedUser: string): void {
  const working = planning.identities.get(actor);
  if (working !== undefined) working.linkedUser = linkedUser;
  const fresh = planning.newIdentities.get(actor);
  if (fresh !== undefined) fresh.linkedUser = linkedUser;
  else planning.plan.links.push({ actor, linkedUser });
}

/** The bucket key of a customer is the first identity it was seen under: stable for ever, whatever is learnt later. */
function createCustomer(planning: Planning, userId: string | null, bucketKey: string): string {
  const id = planning.newId();
  planning.plan.newCustomers.push({ id, userId, bucketKey });
  planning.users.set(id, userId);
  return id;
}

function addIdentity(planning: Planning, identity: NewIdentity): void {
  planning.newIdentities.set(identity.actor, identity);
  planning.identities.set(identity.actor, { customerId: identity.customerId, linkedUser: identity.linkedUser });
}

function rootOf(planning: Planning, customerId: string): string {
  let root = customerId;
  for (let next = planning.into.get(root); next !== undefined; next = planning.into.get(root)) root = next;
  return root;
}

/** Gives an identity its key. */
export type NameActor = (kind: "user" | "anonymous", value: string) => string;

/** Whom an event names. Only a server, or a browser with proof, speaks for a user. */
export function claimOf(event: DomainEvent, nameActor: NameActor): IdentityClaim {
  const user = (value: string): IdentityName => ({ actor: nameActor("user", value), value });
  const anonymous = (value: string): IdentityName => ({ actor: nameActor("anonymous", value), value });
  const fromServer = event.sourceKind !== "browser";
  return {
    eventId: event.id,
    user: event.userId === null ? null : user(event.userId),
    anonymous: event.anonymousId === null ? null : anonymous(event.anonymousId),
    previous: event.previousId === null ? null : { anonymous: anonymous(event.previousId), user: user(event.previousId) },
    verified: fromServer || event.verified || event.userId === null,
    fromServer,
  };
}

/** Every identity that has to be known to plan for these claims. */
export function actorsIn(claims: readonly IdentityClaim[]): string[] {
  const actors = new Set<string>();
  for (const { user, anonymous, previous, verified } of claims) {
    if (user !== null && verified) actors.add(user.actor);
    if (anonymous !== null) actors.add(anonymous.actor);
    if (previous !== null) actors.add(previous.anonymous.actor).add(previous.user.actor);
  }
  return [...actors].sort();
}
