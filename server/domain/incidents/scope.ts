import * as z from "zod";
import { channelSchema, keySchema } from "../definitions/common-fields.ts";
import type { RuleFacts } from "../rules/matches-rule.ts";

/** Whom and what an incident concerns. Parts that are given must all hold; an empty scope is everyone, everywhere. */
export const incidentScopeSchema = z.strictObject({
  /** Customers of this segment. */
  segment: keySchema.optional(),
  /** Journeys about these product areas. */
  areas: z.array(keySchema).min(1).max(50).optional(),
  /** Customers whose trait `region` or `country` is one of these. */
  regions: z.array(z.string().min(1).max(80)).min(1).max(300).optional(),
  channels: z.array(channelSchema).min(1).optional(),
});
export type IncidentScope = z.infer<typeof incidentScopeSchema>;

/** Does the incident concern this customer? Areas and channels are judged per offer, by the guard. */
export function concernsCustomer(scope: IncidentScope, facts: RuleFacts): boolean {
  if (scope.segment !== undefined && facts.get(`segment.${scope.segment}`) !== true) return false;
  if (scope.regions === undefined) return true;
  const wanted = new Set(scope.regions.map((region) => region.toLowerCase()));
  return ["traits.region", "traits.country", "traits.address.country"].some((field) => {
    const value = facts.get(field);
    return typeof value === "string" && wanted.has(value.toLowerCase());
  });
}
