import * as z from "zod";

/**
 * A rule is plain data: a tree of all / any / not over conditions on named fields. It is evaluated by `matchesRule`; there are
 * no expressions and no code in definitions.
 *
 * Field paths: `event.name`, `event.type`, `properties.<path>`, `context.<path>`, `traits.<path>`, `customer.locale`,
 * `customer.timezone`, `customer.known` (has a userId), `signal.<key>` (strength 0..1 at `now`), `situation.<key>` (true while
 * active), `segment.<key>` (true when a member), `entry.<path>` (what started the enrollment: properties of the event).
 */
export const conditionOperators = [
  "eq",
  "ne",
  "gt",
  "gte",
  "lt",
  "lte",
  "in",
  "not_in",
  "exists",
  "absent",
  "contains",
  "starts_with",
  "ends_with",
] as const;

const scalarSchema = z.union([z.string().max(500), z.number(), z.boolean(), z.null()]);

export const conditionSchema = z.strictObject({
  field: z
    .string()
    .min(1)
    .max(200)
    .regex(
      /^(event\.(name|type)|customer\.(locale|timezone|known)|(properties|context|traits|signal|situation|segment|entry)\.[\w $.-]+)$/,
      "must be a known field such as properties.amount, traits.plan, signal.<key> or segment.<key>",
    ),
  op: z.enum(conditionOperators),
  value: z.union([scalarSchema, z.array(scalarSchema).max(200)]).optional(),
});
export type Condition = z.infer<typeof conditionSchema>;

export type Rule = { all: Rule[] } | { any: Rule[] } | { not: Rule } | Condition;

export const ruleSchema: z.ZodType<Rule> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(ruleSchema).max(50) }),
    z.strictObject({ any: z.array(ruleSchema).max(50) }),
    z.strictObject({ not: ruleSchema }),
    conditionSchema,
  ]),
);

/** What an event must look like: its type, its name (for track, page and screen) and a rule over its properties. */
export const matcherSchema = z.strictObject({
  type: z.enum(["track", "page", "screen", "identify", "group"]),
  name: z.string().max(200).optional(),
  where: ruleSchema.optional(),
});
export type Matcher = z.infer<typeof matcherSchema>;
