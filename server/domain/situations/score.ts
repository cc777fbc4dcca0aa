import type { Catalog, Versioned } from "../definitions/catalog.ts";
import type { SignalDefinition } from "../definitions/signal.ts";
import type { SituationDefinition } from "../definitions/situation.ts";
import type { Evidence } from "../journeys/enrollment.ts";
import type { DefinitionFault } from "../signals/hit.ts";
import { faultOf } from "../signals/hit.ts";
import { type CustomerState, ownValue } from "../signals/state.ts";
import { signalStrength } from "../signals/strength.ts";

/** A group counts toward `minGroups` from this strength on: decay never reaches zero, a clue of one per cent is no clue. */
export const minGroupStrength = 0.01;

export type SituationScore = {
  /** 1 − Π over groups of (1 − max(weight · confidence · intensity)), 0..1. */
  score: number;
  /** Mean confidence of the strongest signal of each group, weighted by its strength; 0 when nothing speaks. */
  confidence: number;
  /** Distinct groups of at least `minGroupStrength`. */
  groups: number;
};

type Strongest = { signal: string; strength: number; confidence: number };

/**
 * The score of a situation at `at` (epoch ms): noisy-OR over groups, the strongest signal speaking for its group, because signals of one
 * group come from one cause (a broken button makes rage, dead and error clicks together) and are not independent evidence.
 * Signals that are not live count nothing. `onFault` hears of signals that cannot be evaluated; they count nothing.
 */
export function scoreSituation(
  definition: SituationDefinition,
  catalog: Catalog,
  state: CustomerState,
  at: number,
  onFault: (fault: DefinitionFault) => void,
): SituationScore {
  let silence = 1;
  let weighted = 0;
  let total = 0;
  let groups = 0;
  for (const { strength, confidence } of strongestByGroup(definition, catalog, state, at, onFault).values()) {
    silence *= 1 - strength;
    weighted += strength * confidence;
    total += strength;
    if (strength >= minGroupStrength) groups += 1;
  }
  return { score: Math.min(1, Math.max(0, 1 - silence)), confidence: total > 0 ? weighted / total : 0, groups };
}

function strongestByGroup(
  definition: SituationDefinition,
  catalog: Catalog,
  state: CustomerState,
  at: number,
  onFault: (fault: DefinitionFault) => void,
): Map<string, Strongest> {
  const strongest = new Map<string, Strongest>();
  for (const { signal: key, group, weight } of definition.signals) {
    const signal = catalog.signals.get(key);
    if (!signal || ownValue(state.signals, key) === undefined) continue;
    const read = readStrength(signal, state, at, onFault);
    const strength = weight * read.confidence * read.intensity;
    if (strength > (strongest.get(group)?.strength ?? 0)) strongest.set(group, { signal: key, strength, confidence: read.confidence });
  }
  return strongest;
}

function readStrength(
  signal: Versioned<SignalDefinition>,
  state: CustomerState,
  at: number,
  onFault: (fault: DefinitionFault) => void,
): { intensity: number; confidence: number; lastHitAt: number | null } {
  try {
    return signalStrength(signal.definition, state, at);
  } catch (error) {
    onFault(faultOf("signal", signal.definition.key, signal.version, error));
    return { intensity: 0, confidence: 0, lastHitAt: null };
  }
}

/**
 * What each signal gave to the score, in the order of the definition; signals the customer never gave are left out. `share` is the
 * part of the group's strongest signal in the score, −ln(1 − strength) over the sum of all groups (shares sum to 1); a signal that
 * did not speak for its group has share 0.
 */
export function contributionsOf(
  definition: SituationDefinition,
  catalog: Catalog,
  state: CustomerState,
  at: number,
  onFault: (fault: DefinitionFault) => void,
): Evidence["contributions"] {
  const strongest = strongestByGroup(definition, catalog, state, at, onFault);
  const evidenceOf = (strength: number): number => -Math.log(1 - Math.min(strength, 1 - 1e-12));
  const total = [...strongest.values()].reduce((sum, { strength }) => sum + evidenceOf(strength), 0);
  return definition.signals.flatMap(({ signal: key, group, weight }) => {
    const signal = catalog.signals.get(key);
    if (!signal || ownValue(state.signals, key) === undefined) return [];
    const { intensity, confidence, lastHitAt } = readStrength(signal, state, at, onFault);
    if (lastHitAt === null) return [];
    const speaker = strongest.get(group);
    const share = speaker?.signal === key && total > 0 ? evidenceOf(speaker.strength) / total : 0;
    return [{ signal: key, group, intensity, confidence, weight, share, lastHitAt }];
  });
}
