import type { CustomerView } from "../customer.ts";
import type { Versioned } from "../definitions/catalog.ts";
import type { JourneyDefinition } from "../definitions/journey.ts";
import type { RuleFacts } from "../rules/matches-rule.ts";
import type { Enrollment, Evidence } from "./enrollment.ts";
import type { JourneyCommand, Stimulus } from "./stimulus.ts";

export type { EndReason, HandoffTask, JourneyCommand, OfferResult, Stimulus } from "./stimulus.ts";

export type AdvanceInput = {
  /** The version the enrollment is on. */
  journey: Versioned<JourneyDefinition>;
  enrollment: Enrollment;
  customer: CustomerView;
  stimulus: Stimulus;
  /** The customer's facts at `now`, for branches and matchers. */
  facts: RuleFacts;
  /** Evidence of the situation that started the enrollment at `now`; null when it is over or none did. */
  evidence: Evidence | null;
  now: number;
};

export type AdvanceResult = { enrollment: Enrollment; commands: JourneyCommand[] };

export type Advance = (input: AdvanceInput) => AdvanceResult;
