const whole = new Intl.NumberFormat("en-GB");
const short = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });

/** 12,345 */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** 12.3K from ten thousand on. */
export function formatShort(value: number): string {
  return value < 10_000 ? whole.format(value) : short.format(value);
}

/** 12.3 %; a dash when there is nothing to divide, since empty is not zero. */
export function formatShare(value: number | null): string {
  return value === null ? "–" : `${(value * 100).toFixed(1)} %`;
}

/** +3.2 points, −0.4 points. */
export function formatPoints(value: number): string {
  const points = (Math.abs(value) * 100).toFixed(1);
  return `${value < 0 ? "−" : "+"}${points}`;
}
