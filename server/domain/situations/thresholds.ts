import type { CustomerView } from "../customer.ts";
import type { Catalog } from "../definitions/catalog.ts";
import type { SituationDefinition } from "../definitions/situation.ts";
import { customerFacts } from "../rules/customer-facts.ts";
import type { CustomerState } from "../signals/state.ts";
import type { SituationScore } from "./score.ts";

export type Thresholds = { enter: number; exit: number };

/** The thresholds of the first listed segment the customer is a member of at `at`; the situation's own when of none. */
export function thresholdsFor(
  definition: SituationDefinition,
  catalog: Catalog,
  customer: CustomerView,
  state: CustomerState,
  at: number,
): Thresholds {
  if (definition.segmentThresholds.length === 0) return definition.thresholds;
  const facts = customerFacts({ customer, state, catalog, now: at });
  return definition.segmentThresholds.find(({ segment }) => facts.get(`segment.${segment}`) === true) ?? definition.thresholds;
}

/**
 * Where a score lies: `act` from `enter` on, with the confidence at or over the floor; `below` (ask, send to a person or stay silent, as the
 * definition says) when the score reaches `enter` without that confidence, or reaches `askFrom`; otherwise `none`. Too few
 * distinct groups is always `none`.
 */
export function bandOf(definition: SituationDefinition, scored: SituationScore, thresholds: Thresholds): "act" | "below" | "none" {
  if (scored.groups < definition.minGroups) return "none";
  if (scored.score >= thresholds.enter && scored.confidence >= definition.confidenceFloor) return "act";
  return scored.score >= Math.min(definition.askFrom ?? thresholds.enter, thresholds.enter) ? "below" : "none";
}
