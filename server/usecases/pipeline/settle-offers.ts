import type { Deps } from "#server/deps.ts";
import type { Settlement } from "#server/domain/pipeline/step.ts";
import { runSteps, type StepContext } from "./steps.ts";

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
  const customers = await deps.data.customers.lockCustomers(tx, [...new Set(settlements.map((settlement) => settlement.customerId))]);
  const requests = [...customers.values()].map((customer) => ({
    customer,
    settlements: settlements.filter((settlement) => settlement.customerId === customer.person.id),
  }));
  const { candidates } = await runSteps(tx, deps, context, requests);
  return { candidates };
}
