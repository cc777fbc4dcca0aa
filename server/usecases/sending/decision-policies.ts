import { type DecideInput, type GuardName, guardNames } from "#server/domain/decisions/decision.ts";
import type { Catalog } from "#server/domain/definitions/catalog.ts";

function isGuard(name: string): name is GuardName {
  return guardNames.some((guard) => guard === name);
}

/** The live policies in the form the guards read. */
export function decisionPolicies(catalog: Catalog): DecideInput["policies"] {
  const { consent, channels, moderation, holdout, classes } = catalog.policies;
  return {
    versions: {
      consent: consent.version,
      channels: channels.version,
      moderation: moderation.version,
      holdout: holdout.version,
      classes: classes.version,
    },
    consent: consent.definition.rules,
    channelOrder: channels.definition.order,
    quietHours: moderation.definition.quietHours,
    caps: moderation.definition.caps,
    cooldownMs: moderation.definition.cooldownMs,
    caseGraceMs: moderation.definition.caseGraceMs,
    skips: Object.fromEntries(classes.definition.skips.map((one) => [one.class, one.guards.filter(isGuard)])),
  };
}
