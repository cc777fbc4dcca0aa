import type { Catalog } from "../definitions/catalog.ts";
import { type DecideInput, guardNames } from "./decision.ts";

const known = new WeakMap<Catalog, DecideInput["policies"]>();

/** The live policies in the form the guards read; worked out once a catalog. */
export function decisionPolicies(catalog: Catalog): DecideInput["policies"] {
  const made = known.get(catalog) ?? readPolicies(catalog);
  known.set(catalog, made);
  return made;
}

function readPolicies(catalog: Catalog): DecideInput["policies"] {
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
    skips: Object.fromEntries(classes.definition.skips.map((one) => [one.class, guardNames.filter((guard) => one.guards.includes(guard))])),
  };
}
