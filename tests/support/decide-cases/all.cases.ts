import { capCases, channelCases, conflictCases, cooldownCases } from "./amount.cases.ts";
import type { DecideCase } from "./decide-case.ts";
import { confidenceCases, goalAndDuplicateCases, incidentAndCaseCases, quietHourCases } from "./moment.cases.ts";
import { holdoutCases, journeyCases, plainCases, stopCases } from "./who.cases.ts";
import { consentCases, preferenceCases } from "./wishes.cases.ts";

/** Every named scenario, by the guards it is about. */
export const decideCases: Readonly<Record<string, readonly DecideCase[]>> = {
  plain: plainCases,
  stop: stopCases,
  journey: journeyCases,
  holdout: holdoutCases,
  consent: consentCases,
  preferences: preferenceCases,
  "incident-and-case": incidentAndCaseCases,
  "goal-and-duplicate": goalAndDuplicateCases,
  confidence: confidenceCases,
  "quiet-hours": quietHourCases,
  caps: capCases,
  cooldown: cooldownCases,
  conflict: conflictCases,
  channel: channelCases,
};
