import type { Deps } from "#server/deps.ts";
import { AppError } from "#server/errors.ts";
import { hash16 } from "#server/ids.ts";
import type { Acting } from "./manage-people.ts";

const reasons = { delivered: "marked as delivered by a person", failed: "marked as failed by a person" } as const;

/**
 * A person says what became of a message whose provider never answered. Nothing is sent by it, now or later: a message marked as failed
 * keeps its step, since the person may be wrong and the same help must not reach a customer twice.
 */
export async function resolveDelivery(deps: Deps, input: { id: string; as: "delivered" | "failed"; by: Acting }): Promise<void> {
  const { data } = deps;
  await deps.transact(async (tx) => {
    const message = await data.messages.findMessage(tx, input.id);
    if (message === null) throw new AppError("not_found", "There is no such message.");
    await data.customers.lockCustomers(tx, [message.customerId]);
    const now = deps.clock.now();
    const changed = await data.messages.resolveUnknown(tx, { id: message.id, state: input.as, reason: reasons[input.as] }, now);
    if (!changed) throw new AppError("conflict", "What became of this message is known already. Load it again.");
    if (input.as === "delivered") {
      await data.outcomes.insertOutcomes(tx, [
        {
          id: deps.newId(),
          customerId: message.customerId,
          messageId: message.id,
          // the same key as the provider's receipt: told by both, it counts once
          key: hash16(`receipt:delivered:${message.id}`),
          kind: "delivered",
          at: now,
          enrollmentId: message.enrollmentId,
          journeyKey: message.journeyKey,
          arm: null,
          detail: { channel: message.channel },
        },
      ]);
    }
    await data.audit.append(tx, { kind: "user", ...input.by }, now, {
      action: "message.resolve",
      objectKind: "message",
      objectId: message.id,
      before: { state: "unknown" },
      after: { state: input.as },
    });
  });
}
