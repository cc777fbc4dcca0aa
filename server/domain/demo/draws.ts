import { murmur3 } from "../journeys/assignment.ts";

/**
 * A number in [0, 1) that depends on the seed and the name alone. Every use has a name of its own, so that a new use never shifts the draws of
 * another, and nothing has to be remembered between two steps.
 */
export function draw(seed: string, ...name: readonly (string | number)[]): number {
  const text = `${seed}/${name.join("/")}`;
  // 21 + 32 bits: all that a double in [0, 1) holds
  return ((murmur3(text, 1) >>> 11) * 2 ** 32 + murmur3(text, 2)) / 2 ** 53;
}

/** Waiting time of a process without memory, with this mean, for a draw `u`. */
export function exponential(u: number, mean: number): number {
  return -mean * Math.log(1 - u);
}

export function between(u: number, low: number, high: number): number {
  return low + u * (high - low);
}

/** A whole number from `low` through `high`. */
export function wholeBetween(u: number, low: number, high: number): number {
  return low + Math.floor(u * (high - low + 1));
}

/** One of the choices, each as likely as its weight says. Throws a RangeError when there is none. */
export function choose<Choice>(u: number, choices: readonly (readonly [choice: Choice, weight: number])[]): Choice {
  let left = u * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [choice, weight] of choices) {
    left -= weight;
    if (left < 0) return choice;
  }
  const last = choices.at(-1);
  if (last === undefined) throw new RangeError("there is nothing to choose from");
  return last[0];
}
