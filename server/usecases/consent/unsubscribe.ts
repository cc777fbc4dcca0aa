import type { Deps } from "#server/deps.ts";
import { type Channel, type Purpose, purposes } from "#server/domain/definitions/common-fields.ts";
import { AppError } from "#server/errors.ts";
import { hash16 } from "#server/ids.ts";
import { readLink } from "../links/links.ts";
import { appendConsent, lockLiving } from "./record-consent.ts";

export type Unsubscribed = { ok: true; channel: Channel; purposes: Purpose[] } | { ok: false };

/** What an unsubscribe link ends: everything on its channel that is not owed to the customer. */
const endedPurposes = purposes.filter((purpose) => purpose !== "service");

/**
 * Ends proactive help and marketing on the channel of the message whose link was used. Works without sign-in, any number of times, and
 * says no more than that it did. `one_click` is the POST of a mail program (RFC 8058), `page` the button on our page. A link that is
 * changed, expired or of somebody who was erased gives `ok: false`, always the same.
 */
export async function unsubscribe(deps: Deps, input: { token: string; how: "one_click" | "page" }): Promise<Unsubscribed> {
  const link = readLink(deps, "unsubscribe", input.token);
  if (link === null) return { ok: false };
  const { data } = deps;
  try {
    const result = await deps.transact(async (tx): Promise<Unsubscribed> => {
      const { id, locale } = await lockLiving(tx, deps, link.customerId);
      const message = link.messageId === null ? null : await data.messages.findMessage(tx, link.messageId);
      const channel = message?.channel ?? "email";
      const now = deps.clock.now();
      await appendConsent(tx, deps, {
        customerId: id,
        entries: endedPurposes.map((purpose) => ({
          purpose,
          channel,
          state: "withdrawn",
          source: input.how === "one_click" ? "list_unsubscribe" : "unsubscribe_page",
          actor: "customer",
          locale,
          proof: { messageId: link.messageId },
          occurredAt: now,
        })),
      });
      await data.outcomes.insertOutcomes(tx, [
        {
          id: deps.newId(),
          customerId: id,
          ...(message === null ? {} : { messageId: message.id }),
          key: `opt_out:${hash16(input.token)}`,
          kind: "opt_out",
          at: now,
          enrollmentId: message?.enrollmentId ?? null,
          journeyKey: message?.journeyKey ?? null,
          arm: null,
          detail: { channel, how: input.how },
        },
      ]);
      return { ok: true, channel, purposes: [...endedPurposes] };
    });
    deps.queue.ring("send");
    return result;
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return { ok: false };
    throw error;
  }
}
