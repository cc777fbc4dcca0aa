/** One measured quantity: a value per run, and the goal it is held against. */
export type Figure = {
  name: string;
  unit: string;
  values: readonly number[];
  goal?: { atLeast: number } | { below: number };
};

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Nearest-rank percentile; `share` in 0..1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Prints one case for people, then as one line of JSON for programs. */
export function report(bench: string, name: string, figures: readonly Figure[]): void {
  process.stdout.write(`${name}\n`);
  for (const figure of figures) {
    const [middle, low, high] = [median(figure.values), Math.min(...figure.values), Math.max(...figure.values)];
    const range = figure.values.length > 1 ? ` (${show(low)}–${show(high)})` : "";
    process.stdout.write(`  ${figure.name.padEnd(26)} ${show(middle)}${range} ${figure.unit}${verdict(figure, middle)}\n`);
  }
  process.stdout.write(`${JSON.stringify({ bench, case: name, at: new Date().toISOString(), figures })}\n\n`);
}

function verdict({ goal }: Figure, value: number): string {
  if (goal === undefined) return "";
  const [reached, words] =
    "atLeast" in goal ? [value >= goal.atLeast, `≥ ${show(goal.atLeast)}`] : [value < goal.below, `< ${show(goal.below)}`];
  return `   goal ${words}: ${reached ? "reached" : "MISSED"}`;
}

function show(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : 1;
  return value.toLocaleString("en", { minimumFractionDigits: 0, maximumFractionDigits: digits });
}

/** Runs `work` that many times, one after the other. */
export async function runs<T>(count: number, work: (run: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let run = 1; run <= count; run += 1) results.push(await work(run));
  return results;
}
