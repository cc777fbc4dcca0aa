import type { Deps } from "#server/deps.ts";

type Tx = Parameters<Parameters<Deps["transact"]>[0]>[0];

export type OptOut = {
  customerId: string;
  /** Says the same for the same answer, so that it counts once. */
  key: string;
  /** When the customer said it, epoch milliseconds. */
  at: number;
  /** The message whose link was used, if any. */
  messageId: string | null;
  detail: Readonly<Record<string, string | number | boolean | null>>;
};

/**
 * Counts a no as what followed a message: the one whose link was used while that is young enough to be the reason, the latest one
 * otherwise, and none when the customer had none within the window.
 */
export async function recordOptOut(tx: Tx, deps: Deps, { customerId, key, at, messageId, detail }: OptOut): Promise<void> {
  const { messages, outcomes } = deps.data;
  const found = messageId === null ? null : await messages.findMessage(tx, messageId);
  const message = found !== null && at - found.createdAt <= outcomes.attributionWindowMs ? found : null;
  await outcomes.insertOutcomes(tx, [
    {
      id: deps.newId(),
      customerId,
      ...(message !== null && { messageId: message.id }),
      key,
      kind: "opt_out",
      at,
      enrollmentId: message?.enrollmentId ?? null,
      journeyKey: message?.journeyKey ?? null,
      arm: null,
      detail,
    },
  ]);
}
