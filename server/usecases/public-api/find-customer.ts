import type { Deps } from "#server/deps.ts";
import { AppError } from "#server/errors.ts";
import { actorKey } from "#server/ids.ts";

/** The living customer of a userId with the ids of everybody merged into them, the living one first. */
export async function findCustomer(deps: Deps, userId: string): Promise<{ id: string; cluster: string[] }> {
  const id = await deps.data.customers.findByUserId(deps.pool, actorKey("user", userId));
  if (id === null) throw unknownCustomer();
  const cluster = await deps.data.consoleCustomers.findCluster(deps.pool, id);
  return { id: cluster[0] ?? id, cluster };
}

export function unknownCustomer(): AppError {
  return new AppError("not_found", "No processed event names this user. Send an identify event for it first.", {
    issues: [{ field: "userId", message: "Not known here." }],
  });
}
