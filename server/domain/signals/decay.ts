/** 2^(−elapsed/halfLife), both in ms: what is left of 1 after `elapsedMs`. Time that has not passed yet takes nothing away. */
export function decay(elapsedMs: number, halfLifeMs: number): number {
  return elapsedMs <= 0 ? 1 : 2 ** (-elapsedMs / halfLifeMs);
}

/** A decayed sum S and the time it is valid at: the newest time that was added. */
export type DecayedSum = { sum: number; at: number };

/**
 * Adds `weight` at time `at` to a decayed sum. Exact in any order (forward decay, Cormode et al. 2009): a newer weight decays the
 * sum up to its time, an older one is itself decayed up to the time of the sum.
 */
export function addDecayed(held: DecayedSum, weight: number, at: number, halfLifeMs: number): DecayedSum {
  if (at >= held.at) return { sum: held.sum * decay(at - held.at, halfLifeMs) + weight, at };
  return { sum: held.sum + weight * decay(held.at - at, halfLifeMs), at: held.at };
}
