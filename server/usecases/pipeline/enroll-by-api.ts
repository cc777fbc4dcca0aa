import type { Deps } from "#server/deps.ts";
import { AppError, messageOf } from "#server/errors.ts";
import { actorKey } from "#server/ids.ts";
import { runSteps } from "./steps.ts";

export type EnrollRequest = {
  journeyKey: string;
  userId: string;
  /** The caller's key: the same one enrolls the same customer once. */
  key: string;
  properties: Readonly<Record<string, unknown>>;
};
/** `refused` is the reason, one of the codes of an entry. */
export type EnrollReply = { enrollmentId: string } | { refused: string };

/** Starts a journey for one known customer because a server asks. Repeating a call answers `already_entered` and changes nothing. */
export async function enrollByApi(deps: Deps, request: EnrollRequest): Promise<EnrollReply> {
  const { journeyKey, userId, key, properties } = request;
  const catalog = await deps.catalog.get();
  if (!catalog.journeys.has(journeyKey)) throw new AppError("not_found", `There is no live journey "${journeyKey}".`);
  const reply = await deps.transact(async (tx): Promise<EnrollReply> => {
    const now = deps.clock.now();
    const customerId = await deps.data.customers.findByUserId(tx, actorKey("user", userId));
    const customer = customerId === null ? undefined : (await deps.data.customers.lockCustomers(tx, [customerId])).get(customerId);
    if (customer === undefined || customer.erasedAt !== null) throw new AppError("not_found", "There is no customer with this userId.");
    if (customer.mergedInto !== null) throw new AppError("conflict", "The customer is being merged: call again.");
    const trigger = { kind: "api" as const, journeyKey, key, at: now, facts: properties };
    const { results } = await runSteps(tx, deps, { catalog, now }, [{ customer, triggers: [trigger] }]);
    await deps.data.evaluationLog.recordEvaluation(tx, {
      id: deps.newId(),
      kind: "api",
      now,
      catalogEpoch: catalog.epoch,
      customerIds: [customer.person.id],
      detail: { journeyKey, key },
    });
    const result = results.get(customer.person.id);
    const enrollment = result?.entered.find((one) => one.journeyKey === journeyKey);
    if (enrollment !== undefined) return { enrollmentId: enrollment.id };
    const fault = result?.faults.find((one) => one.key === journeyKey);
    if (fault !== undefined) throw new AppError("unavailable", `The journey failed: ${messageOf(fault.message)}`);
    return { refused: result?.refusals.find((one) => one.journeyKey === journeyKey)?.code ?? "not_this_entry" };
  });
  if ("enrollmentId" in reply) deps.queue.ring("send");
  return reply;
}
