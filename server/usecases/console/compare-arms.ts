import type { ComparisonView } from "#server/contracts/console/today.ts";
import type { Deps } from "#server/deps.ts";
import { compareProportions } from "#server/domain/metrics/proportions.ts";

const DAY_MS = 86_400_000;
const WINDOW_DAYS = 28;
const CONTACT_DAYS = 7;

export type ArmsView = { windowDays: number; contactDays: number; contactRate: ComparisonView; goalRate: ComparisonView };

/**
 * Contact rate and goal rate of those helped against those left alone, over all journeys or one. Each customer counts once, from the first
 * help that was due to them; both arms by the same rule, so that the comparison is fair.
 */
export async function compareArms(deps: Deps, journeyKey: string | null): Promise<ArmsView> {
  const counts = await deps.data.consoleToday.countArms(deps.pool, {
    since: deps.clock.now() - WINDOW_DAYS * DAY_MS,
    windowMs: CONTACT_DAYS * DAY_MS,
    journeyKey,
  });
  const none = { people: 0, contacted: 0, goals: 0 };
  const helped = counts.find((each) => each.arm === "treated") ?? none;
  const leftAlone = counts.find((each) => each.arm === "holdout") ?? none;
  return {
    windowDays: WINDOW_DAYS,
    contactDays: CONTACT_DAYS,
    contactRate: compareProportions(
      { hits: helped.contacted, total: helped.people },
      { hits: leftAlone.contacted, total: leftAlone.people },
    ),
    goalRate: compareProportions({ hits: helped.goals, total: helped.people }, { hits: leftAlone.goals, total: leftAlone.people }),
  };
}
