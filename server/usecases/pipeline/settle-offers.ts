import type { Deps } from "#server/deps.ts";
import type { Settlement } from "#server/domain/pipeline/step.ts";
import { type LockedCustomer, runSteps, type StepContext } from "./steps.ts";

type Tx = Parameters<Parameters<Deps["transact"]>[0]>[0];

/**
 * Tells enrollments how their offers ended, inside the caller's transaction: they walk on, and what they offer next becomes candidates
 * that are due now. `context` is the catalog and the `now` the offers were decided with. The customers must be locked already (locking them again here costs nothing and reads them fresh). A settlement
 * that comes twice, or of an offer that was closed meanwhile, changes nothing. Returns how many new candidates there are.
 */
export async function settleOffers(
  tx: Tx,
  deps: Deps,
  settlements: readonly Settlement[],
  context: StepContext,
): Promise<{ candidates: number }> {
  if (settlements.length === 0) return { candidates: 0 };
  const homes = await lockHomes(
    tx,
    deps,
    settlements.map((settlement) => settlement.customerId),
  );
  const requests = [...new Map([...homes.values()].map((home) => [home.person.id, home])).values()].map((customer) => ({
    customer,
    settlements: settlements.filter((settlement) => homes.get(settlement.customerId)?.person.id === customer.person.id),
  }));
  const { candidates } = await runSteps(tx, deps, context, requests);
  return { candidates };
}

/** Where customers are now: one may have been merged into another, with its enrollments, since the offer was decided. */
async function lockHomes(tx: Tx, deps: Deps, customerIds: readonly string[]): Promise<Map<string, LockedCustomer>> {
  const homes = new Map<string, LockedCustomer>();
  let asked = new Map(customerIds.map((id) => [id, id]));
  while (asked.size > 0) {
    const locked = await deps.data.customers.lockCustomers(tx, [...new Set(asked.values())]);
    const further = new Map<string, string>();
    for (const [id, current] of asked) {
      const customer = locked.get(current);
      if (customer === undefined) continue;
      if (customer.mergedInto === null) homes.set(id, customer);
      else further.set(id, customer.mergedInto);
    }
    asked = further;
  }
  return homes;
}
