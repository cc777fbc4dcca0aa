import type { Deps } from "#server/deps.ts";
import { hash16 } from "#server/ids.ts";
import { appendConsent, stopUnderWay } from "../consent/record-consent.ts";

type Message = Awaited<ReturnType<Deps["data"]["messages"]["findMessages"]>>[number];

/** What a provider, or the widget, told about a message. `hard`: the address will never work. */
export type Receipt = {
  provider: string;
  /** The provider's id of this notice: told twice, it counts once. */
  providerEventId: string;
  kind: "delivered" | "opened" | "clicked" | "bounced" | "complained";
  at: number;
  hard?: boolean;
  detail?: Readonly<Record<string, string | number | boolean>>;
} & ({ messageId: string } | { providerMessageId: string });

/**
 * Takes receipts in any order and any number of times. The state of a message only moves forward. A hard bounce or a complaint ends
 * all sending to the address, whoever has it; a complaint also withdraws consent on the channel. Receipts of messages we do not know
 * are left out and counted.
 */
export async function recordReceipts(deps: Deps, receipts: readonly Receipt[]): Promise<{ applied: number; ignored: number }> {
  const { data } = deps;
  const ids = receipts.flatMap((one) => ("messageId" in one ? [one.messageId] : []));
  const providerMessageIds = receipts.flatMap((one) => ("providerMessageId" in one ? [one.providerMessageId] : []));
  const result = await deps.transact(async (tx) => {
    const messages = await data.messages.findMessages(tx, { ids, providerMessageIds });
    const known = receipts.flatMap((receipt) => {
      const message = messages.find((one) =>
        "messageId" in receipt ? one.id === receipt.messageId : one.providerMessageId === receipt.providerMessageId,
      );
      return message === undefined ? [] : [{ receipt, message, id: deps.newId() }];
    });
    const ending = known.filter(({ receipt }) => receipt.kind === "complained" || (receipt.kind === "bounced" && receipt.hard === true));
    const hashes = [...new Set(ending.flatMap(({ message }) => (message.addressHash === null ? [] : [message.addressHash])))];
    const sharing = await data.addresses.customersWith(tx, hashes);
    const customerIds = [...new Set([...known.map(({ message }) => message.customerId), ...sharing])];
    await data.customers.lockCustomers(tx, customerIds);
    const fresh = await data.receipts.insertReceipts(
      tx,
      known.map(({ receipt, message, id }) => ({
        id,
        messageId: message.id,
        kind: receipt.kind,
        at: receipt.at,
        provider: receipt.provider,
        providerEventId: receipt.providerEventId,
        detail: receipt.detail ?? {},
      })),
    );
    const taken = known.filter(({ id }) => fresh.has(id));
    const now = deps.clock.now();
    // A soft bounce is only a note: the provider goes on trying.
    const moving = taken.filter(({ receipt }) => receipt.kind !== "bounced" || receipt.hard === true);
    await data.receipts.advanceMessages(
      tx,
      moving.map(({ receipt, message }) => ({ messageId: message.id, kind: receipt.kind, at: receipt.at })),
      now,
    );
    await endSending(tx, deps, taken, ending, hashes, sharing);
    await data.outcomes.insertOutcomes(
      tx,
      moving.map(({ receipt, message }) => outcomeOf(deps, receipt, message)),
    );
    return { applied: taken.length, ignored: receipts.length - taken.length };
  });
  deps.queue.ring("send");
  return result;
}

type Known = { receipt: Receipt; message: Message; id: string };
type Tx = Parameters<Parameters<Deps["transact"]>[0]>[0];

async function endSending(
  tx: Tx,
  deps: Deps,
  taken: readonly Known[],
  ending: readonly Known[],
  hashes: readonly string[],
  sharing: readonly string[],
): Promise<void> {
  const ends = ending.filter((one) => taken.includes(one));
  if (ends.length === 0) return;
  const now = deps.clock.now();
  const complained = ends.some(({ receipt }) => receipt.kind === "complained");
  await deps.data.addresses.suppress(tx, hashes, complained ? "complaint" : "hard_bounce", now);
  await stopUnderWay(tx, deps, sharing, "address suppressed");
  for (const { receipt, message } of ends) {
    if (receipt.kind !== "complained") continue;
    const owner = await deps.data.preferences.findOwner(tx, message.customerId);
    if (owner === null) continue;
    await appendConsent(tx, deps, {
      customerId: owner.id,
      entries: (["proactive_help", "marketing"] as const).map((purpose) => ({
        purpose,
        channel: message.channel,
        state: "withdrawn",
        source: "complaint",
        actor: receipt.provider,
        proof: { messageId: message.id },
        occurredAt: receipt.at,
      })),
    });
  }
}

/** One outcome of a kind per message: opened ten times is opened. */
function outcomeOf(deps: Deps, receipt: Receipt, message: Message): Parameters<Deps["data"]["outcomes"]["insertOutcomes"]>[1][number] {
  return {
    id: deps.newId(),
    customerId: message.customerId,
    messageId: message.id,
    key: hash16(`receipt:${receipt.kind}:${message.id}`),
    kind: receipt.kind,
    at: receipt.at,
    enrollmentId: message.enrollmentId,
    journeyKey: message.journeyKey,
    arm: null,
    detail: { channel: message.channel },
  };
}
