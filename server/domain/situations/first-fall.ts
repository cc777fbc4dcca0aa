/** No crossing is looked for beyond this: the longest duration a definition may have. */
const horizonMs = 400 * 86_400_000;

/**
 * The first millisecond in (from, to] at which `isOut` holds, for a condition that stays true once it is; null when it does not hold at
 * `to`. Without `to`, looks ahead in doubling steps up to 400 days.
 */
export function firstFall(from: number, to: number | null, isOut: (at: number) => boolean): number | null {
  const bounds = to === null ? lookAhead(from, isOut) : isOut(to) ? { low: from, high: to } : null;
  if (bounds === null) return null;
  let { low, high } = bounds;
  while (high - low > 1) {
    const middle: number = low + Math.floor((high - low) / 2);
    if (isOut(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function lookAhead(from: number, isOut: (at: number) => boolean): { low: number; high: number } | null {
  let low = from;
  for (let step = 1_000; step < 2 * horizonMs; step *= 2) {
    const high = from + Math.min(step, horizonMs);
    if (isOut(high)) return { low, high };
    low = high;
  }
  return null;
}
