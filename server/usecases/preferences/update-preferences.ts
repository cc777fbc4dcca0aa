import type { Deps } from "#server/deps.ts";
import { lockLiving, stopUnderWay } from "../consent/record-consent.ts";

type Preferences = ReturnType<Deps["data"]["preferences"]["defaultPreferences"]>;
/** What is left out stays as it is. */
export type PreferenceChange = Partial<Preferences>;

/**
 * Changes what a customer wants, under the same lock as the gate: once this returns, nothing passes against it, and what had passed
 * and was not begun is decided anew.
 */
export async function updatePreferences(
  deps: Deps,
  input: { customerId: string; change: PreferenceChange },
): Promise<{ customerId: string; preferences: Preferences }> {
  const { data } = deps;
  const result = await deps.transact(async (tx) => {
    const { id } = await lockLiving(tx, deps, input.customerId);
    const now = deps.clock.now();
    const before = (await data.preferences.mapFor(tx, [id])).get(id) ?? data.preferences.defaultPreferences();
    const preferences = { ...before, ...input.change };
    await data.preferences.save(tx, id, preferences, now);
    await stopUnderWay(tx, deps, [id], "preferences changed");
    return { customerId: id, preferences };
  });
  deps.queue.ring("send");
  return result;
}
