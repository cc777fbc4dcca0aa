import type { Deps } from "#server/deps.ts";
import { type Channel, type Purpose, purposes } from "#server/domain/definitions/common-fields.ts";
import { hash16 } from "#server/ids.ts";
import { readLink } from "../links/links.ts";
import { appendConsent } from "./record-consent.ts";
import { recordOptOut } from "./record-opt-out.ts";

type Tx = Parameters<Parameters<Deps["transact"]>[0]>[0];

export type Unsubscribed = { ok: true; channel: Channel; purposes: Purpose[] } | { ok: false };

/**
 * What an unsubscribe link ends on its channel: proactive help and marketing, and service notices too when the message was one (the
 * customer objects to them). Critical messages carry no such link and still come.
 */
function endedPurposes(message: { purpose: Purpose } | null): Purpose[] {
  return purposes.filter((purpose) => purpose !== "service" || message?.purpose === "service");
}

/**
 * Ends messages like the one whose link was used, and with them proactive help and marketing, on its channel. Works without sign-in, any number of times, and
 * says no more than that it did. `one_click` is the POST of a mail program (RFC 8058), `page` the button on our page. A link that is
 * changed, expired or of somebody who was erased gives `ok: false`, always the same.
 */
export async function unsubscribe(deps: Deps, input: { token: string; how: "one_click" | "page" }): Promise<Unsubscribed> {
  const link = readLink(deps, "unsubscribe", input.token);
  if (link === null) return { ok: false };
  const result = await deps.transact((tx) => withdraw(tx, deps, link, input));
  if (result.ok) deps.queue.ring("send");
  return result;
}

async function withdraw(
  tx: Tx,
  deps: Deps,
  link: { customerId: string; messageId: string | null },
  { token, how }: { token: string; how: "one_click" | "page" },
): Promise<Unsubscribed> {
  const { data } = deps;
  const owner = await data.preferences.findOwner(tx, link.customerId);
  if (owner === null) return { ok: false };
  const message = link.messageId === null ? null : await data.messages.findMessage(tx, link.messageId);
  const channel = message?.channel ?? "email";
  const ended = endedPurposes(message);
  // Whoever else has this address reads the same mail: the no is meant for them too.
  const sharing = message === null || message.addressHash === null ? [] : await data.addresses.customersWith(tx, [message.addressHash]);
  const locked = await data.customers.lockCustomers(tx, [...new Set([owner.id, ...sharing])]);
  const living = [...locked.values()].filter((one) => one.mergedInto === null && one.erasedAt === null);
  // Merged into somebody between the look and the lock: the no holds for whoever they are now. Who was erased is not found again.
  if (!living.some((one) => one.person.id === owner.id)) return withdraw(tx, deps, link, { token, how });
  const now = deps.clock.now();
  for (const customer of living) {
    await appendConsent(tx, deps, {
      customerId: customer.person.id,
      entries: ended.map((purpose) => ({
        purpose,
        channel,
        state: "withdrawn",
        source: how === "one_click" ? "list_unsubscribe" : "unsubscribe_page",
        actor: "customer",
        locale: customer.profile.locale?.value ?? null,
        proof: { messageId: link.messageId, sameAddress: customer.person.id !== owner.id },
        occurredAt: now,
      })),
    });
  }
  await recordOptOut(tx, deps, {
    customerId: owner.id,
    key: `opt_out:${hash16(token)}`,
    at: now,
    messageId: message?.id ?? null,
    detail: { channel, how },
  });
  return { ok: true, channel, purposes: ended };
}
