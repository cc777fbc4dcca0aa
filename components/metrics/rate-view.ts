import { formatPoints, formatShare } from "#components/app/number.ts";
import type { ComparisonView } from "#server/contracts/console/today.ts";
import { LEAST_PER_GROUP } from "#server/domain/metrics/proportions.ts";

export type Verdict = { text: string; tone: "neutral" | "good" | "bad" };

/** What may be said about two groups, and no more. `better` tells whether a higher or a lower share is the good one. */
export function verdictOf(comparison: ComparisonView, better: "higher" | "lower"): Verdict {
  const { helped, leftAlone, difference, interval, verdict } = comparison;
  if (verdict === "too_early" || difference === null) {
    const missing = Math.max(0, LEAST_PER_GROUP - helped.total);
    const missingAlone = Math.max(0, LEAST_PER_GROUP - leftAlone.total);
    const parts = [missing > 0 && `${missing} more helped`, missingAlone > 0 && `${missingAlone} more left alone`].filter(Boolean);
    return { text: `Too early to say: needs ${parts.join(" and ")}.`, tone: "neutral" };
  }
  const range = `${formatPoints(interval.low)} to ${formatPoints(interval.high)} points`;
  if (verdict === "unclear") return { text: `No clear difference yet: ${range}.`, tone: "neutral" };
  return {
    text: `${verdict === "higher" ? "Higher" : "Lower"} with help by ${formatPoints(difference).slice(1)} points (${range}).`,
    tone: verdict === better ? "good" : "bad",
  };
}

/** The end of the scale: a round share that everything fits under. */
export function scaleEnd(comparison: ComparisonView): number {
  const highest = Math.max(...[comparison.helped, comparison.leftAlone].map((group) => (group.total === 0 ? 0 : group.interval.high)));
  return [0.05, 0.1, 0.2, 0.25, 0.5, 1].find((end) => highest <= end) ?? 1;
}

/** "12 of 40, 30.0 %". */
export function countsOf(group: { hits: number; total: number; share: number | null }): string {
  return group.total === 0 ? "nobody yet" : `${group.hits} of ${group.total}, ${formatShare(group.share)}`;
}
