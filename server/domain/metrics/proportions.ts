/** `hits` of `total` people: whole numbers, hits at most total. */
export type Proportion = { hits: number; total: number };
export type Interval = { low: number; high: number };

/** Two-sided 95 %: the 0.975 quantile of the standard normal distribution. */
const Z = 1.959963984540054;

/** Fewest people in each group before two groups are compared in words. */
export const LEAST_PER_GROUP = 30;

/** Share of hits; null when nobody was counted, since empty is not zero. */
export function share({ hits, total }: Proportion): number | null {
  return total === 0 ? null : hits / total;
}

/**
 * Wilson score interval at 95 %, also right at 0/n and n/n; [0, 1] when nobody was counted.
 * Source: Wilson (1927), JASA 22:209-212.
 */
export function wilsonInterval({ hits, total }: Proportion): Interval {
  if (total === 0) return { low: 0, high: 1 };
  const p = hits / total;
  const zz = (Z * Z) / total;
  const centre = (p + zz / 2) / (1 + zz);
  const half = (Z * Math.sqrt((p * (1 - p)) / total + zz / (4 * total))) / (1 + zz);
  return { low: hits === 0 ? 0 : Math.max(0, centre - half), high: hits === total ? 1 : Math.min(1, centre + half) };
}

/**
 * Interval of the difference first − second at 95 %, from the two Wilson intervals.
 * Source: Newcombe (1998), Statistics in Medicine 17:873-890, method 10.
 */
export function newcombeInterval(first: Proportion, second: Proportion): Interval {
  const p1 = share(first);
  const p2 = share(second);
  if (p1 === null || p2 === null) return { low: -1, high: 1 };
  const a = wilsonInterval(first);
  const b = wilsonInterval(second);
  const d = p1 - p2;
  return {
    low: d - Math.sqrt((p1 - a.low) ** 2 + (b.high - p2) ** 2),
    high: d + Math.sqrt((a.high - p1) ** 2 + (p2 - b.low) ** 2),
  };
}

export type Comparison = {
  helped: Proportion & { share: number | null; interval: Interval };
  leftAlone: Proportion & { share: number | null; interval: Interval };
  /** helped − left alone; null when one group is empty. */
  difference: number | null;
  interval: Interval;
  /** `too_early`: a group has fewer than LEAST_PER_GROUP people, so nothing is claimed. `unclear`: the interval holds zero. */
  verdict: "too_early" | "unclear" | "higher" | "lower";
};

/** Compares those who were offered help with those who were left alone on purpose. Claims nothing before both groups are large enough. */
export function compareProportions(helped: Proportion, leftAlone: Proportion): Comparison {
  const first = share(helped);
  const second = share(leftAlone);
  const interval = newcombeInterval(helped, leftAlone);
  return {
    helped: { ...helped, share: first, interval: wilsonInterval(helped) },
    leftAlone: { ...leftAlone, share: second, interval: wilsonInterval(leftAlone) },
    difference: first === null || second === null ? null : first - second,
    interval,
    verdict: verdictOf(helped, leftAlone, interval),
  };
}

function verdictOf(helped: Proportion, leftAlone: Proportion, interval: Interval): Comparison["verdict"] {
  if (helped.total < LEAST_PER_GROUP || leftAlone.total < LEAST_PER_GROUP) return "too_early";
  if (interval.low > 0) return "higher";
  if (interval.high < 0) return "lower";
  return "unclear";
}
