/** No crossing is looked for beyond this: the longest duration a definition may have. */
const horizonMs = 400 * 86_400_000;

/**
 * The first millisecond in (from, to] at which `isOut` holds, for a condition that stays true once it is; null when it does not hold at
 * `to`. Without `to`, looks ahead in doubling steps up to 400 days.
 */
export function firstFall(from: number, to: number | null, isOut: (at: number) => boolean): number | null {
  let low = from;
  let high: number | null = to;
  if (high === null) {
    for (let step = 1_000; ; step *= 2) {
      high = from + Math.min(step, horizonMs);
      if (isOut(high)) break;
      if (step >= horizonMs) return null;
      low = high;
    }
  } else if (!isOut(high)) {
    return null;
  }
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (isOut(middle)) high = middle;
    else low = middle;
  }
  return high;
}
