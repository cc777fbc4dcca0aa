import type { Deps } from "#server/deps.ts";
import { noPreferences, type Preferences } from "#server/domain/decisions/preferences.ts";
import { lockLiving, stopUnderWay } from "../consent/record-consent.ts";
import { recordOptOut } from "../consent/record-opt-out.ts";

/** What is left out stays as it is. */
export type PreferenceChange = Partial<Preferences>;

/**
 * Changes what a customer wants, under the same lock as the gate: once this returns, nothing passes against it, and what had passed
 * and was not begun is decided anew. What is turned off and was not before counts as one opt-out; `messageId` is the message whose link
 * led here.
 */
export async function updatePreferences(
  deps: Deps,
  input: { customerId: string; change: PreferenceChange; messageId?: string | null },
): Promise<{ customerId: string; preferences: Preferences }> {
  const { data } = deps;
  const result = await deps.transact(async (tx) => {
    const { id } = await lockLiving(tx, deps, input.customerId);
    const now = deps.clock.now();
    const before = (await data.preferences.mapFor(tx, [id])).get(id) ?? noPreferences();
    const preferences = { ...before, ...input.change };
    await data.preferences.save(tx, id, preferences, now);
    await stopUnderWay(tx, deps, [id], "preferences changed");
    const ended = turnedOff(before, preferences);
    if (ended.length > 0) {
      const key = `opt_out:${deps.newId()}`;
      const detail = { how: "preference_page", ended: ended.join(" ") };
      await recordOptOut(tx, deps, { customerId: id, key, at: now, messageId: input.messageId ?? null, detail });
    }
    return { customerId: id, preferences };
  });
  deps.queue.ring("send");
  return result;
}

/** What the customer wanted until now and does not want any more. "Not now" is no such thing: it ends by itself. */
function turnedOff(before: Preferences, after: Preferences): string[] {
  return [
    ...after.topicsOff.filter((topic) => !before.topicsOff.includes(topic)).map((topic) => `topic:${topic}`),
    ...after.channelsOff.filter((channel) => !before.channelsOff.includes(channel)).map((channel) => `channel:${channel}`),
    ...(after.helpOff && !before.helpOff ? ["help"] : []),
  ];
}
