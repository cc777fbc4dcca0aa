import type { Deps } from "#server/deps.ts";
import { compareEvents, type DomainEvent } from "#server/domain/events.ts";
import { actorsIn, claimOf, planIdentities } from "#server/domain/pipeline/identify.ts";
import { emptyProfile } from "#server/domain/profile/profile.ts";
import { actorKey } from "#server/ids.ts";
import { mergeLocked } from "../customers/merge-customers.ts";
import type { LockedCustomer, StepContext } from "./steps.ts";

type Tx = Parameters<Parameters<Deps["transact"]>[0]>[0];

/**
 * Whose events these are. Creates and links identities, makes merges that the events demand, and returns each customer, locked, with its
 * events. Customers are locked in ascending order in one statement, before anything that hangs on them is written.
 */
export async function resolveCustomers(
  tx: Tx,
  deps: Deps,
  context: StepContext,
  events: readonly DomainEvent[],
): Promise<{ customer: LockedCustomer; events: DomainEvent[] }[]> {
  const { data } = deps;
  const ordered = events.toSorted(compareEvents);
  const claims = ordered.map((event) => claimOf(event, actorKey));
  const known = await data.identities.loadIdentities(tx, actorsIn(claims));
  const plan = planIdentities(claims, known, deps.newId);
  await data.identities.insertCustomers(tx, plan.newCustomers, context.now);

  const fresh = new Map(plan.newCustomers.map((customer) => [customer.id, newCustomer(customer)]));
  const existing = new Set([...plan.customerOf.values(), ...plan.merges.flatMap(({ from, into }) => [from, into])]);
  for (const { customerId } of plan.promotions) existing.add(customerId);
  for (const id of fresh.keys()) existing.delete(id);
  const locked = await data.customers.lockCustomers(tx, [...existing].sort());
  for (const customer of locked.values()) data.identities.requireCurrent(customer.mergedInto === null);

  await data.identities.insertIdentities(tx, plan.newIdentities, context.now);
  await data.identities.linkIdentities(tx, plan);
  for (const { customerId, userId } of plan.promotions) {
    const customer = locked.get(customerId);
    if (customer !== undefined) locked.set(customerId, { ...customer, person: { ...customer.person, userId } });
  }
  for (const merge of plan.merges) await mergeLocked(tx, deps, context, merge);
  const merged = plan.merges.map(({ into }) => into);
  // A merge changes the one that stays: read it again before it goes on.
  const current = merged.length === 0 ? locked : new Map([...locked, ...(await data.customers.lockCustomers(tx, merged))]);

  const grouped = new Map<string, { customer: LockedCustomer; events: DomainEvent[] }>();
  for (const event of ordered) {
    const id = plan.customerOf.get(event.id) ?? "";
    const group = grouped.get(id);
    if (group !== undefined) {
      group.events.push(event);
      continue;
    }
    const customer = current.get(id) ?? fresh.get(id);
    if (customer === undefined) throw new Error(`event ${event.id} has no customer`);
    grouped.set(id, { customer, events: [event] });
  }
  return [...grouped.values()];
}

function newCustomer({ id, userId, bucketKey }: { id: string; userId: string | null; bucketKey: string }): LockedCustomer {
  return {
    person: { id, userId, bucketKey },
    profile: emptyProfile(),
    mergedInto: null,
    contaminated: false,
    erasedAt: null,
    lastSeenAt: null,
  };
}
