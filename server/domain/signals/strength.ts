import type { SignalDefinition } from "../definitions/signal.ts";
import { changeMagnitude } from "./change-rate.ts";
import { decay } from "./decay.ts";
import { type CustomerState, ownValue, type SignalState } from "./state.ts";

/** intensity = S/(S+k) in 0..1; confidence in 0..1; the time of the newest hit (epoch ms); the decayed sum S itself. */
export type SignalStrength = { intensity: number; confidence: number; lastHitAt: number | null; sum: number };

type Hits = { sum: number; lastHitAt: number | null };

const noHits: readonly number[] = [];
const nothing: SignalStrength = { intensity: 0, confidence: 0, lastHitAt: null, sum: 0 };

/**
 * How strong one clue is at `now` (epoch ms). Confidence = reliability × data quality: reliability is the mean α/(α+β) of the Beta
 * posterior of past precision; quality = freshness × completeness. Freshness is 1 until the newest hit is `freshnessMs` old and then
 * halves every further `freshnessMs`; completeness is the share of matching events whose value could be read.
 *
 * Between hits, exit deadlines and the steps of a change signal (`nextRise`) the strength never rises.
 */
export function signalStrength(definition: SignalDefinition, state: CustomerState, now: number): SignalStrength {
  const held = ownValue(state.signals, definition.key);
  if (held === undefined) return nothing;
  const { sum, lastHitAt } = hitsAt(definition, held, now);
  if (lastHitAt === null || sum <= 0) return nothing;
  const { alpha, beta } = definition.reliability;
  const confidence = (alpha / (alpha + beta)) * freshness(definition, now - lastHitAt) * completeness(held);
  return { intensity: sum / (sum + definition.saturation), confidence, lastHitAt, sum };
}

function hitsAt(definition: SignalDefinition, held: SignalState, now: number): Hits {
  switch (definition.kind) {
    case "count":
    case "value":
      if (held.kind !== "sum" || held.hits === 0) break;
      return { sum: held.sum * decay(now - held.at, definition.halfLifeMs), lastHitAt: held.at };
    case "repeat": {
      if (held.kind !== "repeat") break;
      const total: Hits = { sum: 0, lastHitAt: null };
      for (const [, times] of held.keys) {
        for (const hit of repeatHits(times, definition.times, definition.withinMs)) addHit(total, definition, hit, now);
      }
      return total;
    }
    case "exit": {
      if (held.kind !== "exit") break;
      const total: Hits = { sum: 0, lastHitAt: null };
      for (const [, begun, completed] of held.keys) {
        const deadline = exitDeadline(begun, completed, definition.withinMs);
        if (deadline !== null && deadline <= now) addHit(total, definition, deadline, now);
      }
      return total;
    }
    case "change":
      if (held.kind !== "change") break;
      return { sum: changeMagnitude(definition, held, now), lastHitAt: held.at };
  }
  return { sum: 0, lastHitAt: null };
}

function addHit(total: Hits, definition: { weight: number; halfLifeMs: number }, hit: number, now: number): void {
  total.sum += definition.weight * decay(now - hit, definition.halfLifeMs);
  if (total.lastHitAt === null || hit > total.lastHitAt) total.lastHitAt = hit;
}

/**
 * Times at which the k-th sighting within `withinMs` happened, from the ascending times of one key. After a hit the count begins anew
 * once `withinMs` has passed, so one long burst is one hit per window.
 */
export function repeatHits(times: readonly number[], k: number, withinMs: number): readonly number[] {
  if (times.length < k) return noHits;
  const hits: number[] = [];
  let armedAfter = -Infinity;
  /** Index of the first time that may count towards the next hit. */
  let first = 0;
  times.forEach((time, index) => {
    if (time <= armedAfter) {
      first = index + 1;
      return;
    }
    const earliest = times[index - k + 1];
    if (index - k + 1 < first || earliest === undefined || time - earliest > withinMs) return;
    hits.push(time);
    armedAfter = time + withinMs;
    first = index + 1;
  });
  return hits;
}

/** When a begun step counts as abandoned; null when it was never begun or has been completed since, however late. */
export function exitDeadline(begun: number | null, completed: number | null, withinMs: number): number | null {
  return begun !== null && (completed === null || completed < begun) ? begun + withinMs : null;
}

function freshness(definition: SignalDefinition, ageMs: number): number {
  if (definition.freshnessMs === undefined || ageMs <= definition.freshnessMs) return 1;
  return definition.freshnessMs === 0 ? 0 : decay(ageMs - definition.freshnessMs, definition.freshnessMs);
}

function completeness(held: SignalState): number {
  return held.kind === "sum" ? held.hits / (held.hits + held.missing) : 1;
}
