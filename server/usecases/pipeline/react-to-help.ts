import type { Deps } from "#server/deps.ts";
import type { ReactionKind } from "#server/domain/journeys/enrollment.ts";
import { AppError } from "#server/errors.ts";
import { hash16 } from "#server/ids.ts";
import { runSteps } from "./steps.ts";

/** "Not now" without a date means: not before this long has passed. */
const DEFAULT_SNOOZE_MS = 7 * 86_400_000;

export type HelpReaction = { messageId: string; reaction: ReactionKind; at?: number; until?: number };

/**
 * What a customer answered to a message: remembered for the guards, told to the journey, and counted as an outcome, in one transaction.
 * The same answer to the same message counts once.
 */
export async function reactToHelp(deps: Deps, { messageId, reaction, at, until }: HelpReaction): Promise<void> {
  const { data } = deps;
  const catalog = await deps.catalog.get();
  await deps.transact(async (tx) => {
    const now = deps.clock.now();
    const message = await data.messages.findMessage(tx, messageId);
    if (message === null) throw new AppError("not_found", "There is no such message.");
    const locked = await data.customers.lockCustomers(tx, [message.customerId]);
    const owner = locked.get(message.customerId);
    const rootId = owner?.mergedInto ?? message.customerId;
    const customer = (rootId === message.customerId ? locked : await data.customers.lockCustomers(tx, [rootId])).get(rootId);
    if (customer === undefined || customer.erasedAt !== null) throw new AppError("not_found", "There is no such customer.");
    const answeredAt = at ?? now;
    const snoozedUntil = reaction === "snoozed" ? (until ?? answeredAt + DEFAULT_SNOOZE_MS) : null;
    const key = `reaction:${messageId}:${reaction}`;
    const isNew = await data.outcomes.insertOutcomes(tx, [
      {
        id: deps.newId(),
        customerId: rootId,
        messageId,
        key,
        kind: reaction,
        at: answeredAt,
        enrollmentId: message.enrollmentId,
        journeyKey: message.journeyKey,
        arm: null,
        detail: {},
      },
    ]);
    if (isNew === 0) return;
    await data.preferences.insertReaction(tx, {
      id: hash16(key),
      customerId: rootId,
      intent: message.intent,
      topic: message.topic,
      kind: reaction,
      until: snoozedUntil,
      messageId,
      at: answeredAt,
    });
    await data.evaluationLog.recordEvaluation(tx, {
      id: deps.newId(),
      kind: "reaction",
      now,
      catalogEpoch: catalog.epoch,
      customerIds: [rootId],
      detail: { messageId, reaction, at: answeredAt, until: snoozedUntil },
    });
    await runSteps(tx, deps, { catalog, now }, [
      {
        customer,
        reactions: [
          {
            customerId: rootId,
            enrollmentId: message.enrollmentId,
            stepKey: message.stepKey,
            reaction,
            at: answeredAt,
            ...(snoozedUntil !== null && { until: snoozedUntil }),
          },
        ],
      },
    ]);
  });
  deps.queue.ring("send");
}
