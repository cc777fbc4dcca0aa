import type { CustomerView } from "../customer.ts";
import type { Catalog } from "../definitions/catalog.ts";
import { type CustomerState, ownValue } from "../signals/state.ts";
import { signalStrength } from "../signals/strength.ts";
import { readPath } from "./field-path.ts";
import { matchesRule, type RuleFacts } from "./matches-rule.ts";

export type CustomerFactsInput = {
  customer: CustomerView;
  state: CustomerState;
  catalog: Catalog;
  /** The instant at which strengths are read, epoch ms. */
  now: number;
  /** What started the enrollment, for `entry.` fields. */
  entry?: Readonly<Record<string, unknown>>;
};

/**
 * The fields of one customer: `customer.`, `traits.`, `entry.`, `signal.<key>` (intensity × confidence at `now`, 0 when never seen),
 * `situation.<key>` (true while active) and `segment.<key>` (true when a member). A key that is not live is undefined. A segment that
 * refers to itself, directly or in a circle, is not entered a second time: there it counts as false.
 */
export function customerFacts(input: CustomerFactsInput): RuleFacts {
  const open = new Set<string>();
  const members = new Map<string, boolean>();
  const facts: RuleFacts = {
    get(field) {
      const dot = field.indexOf(".");
      const name = field.slice(dot + 1);
      switch (field.slice(0, dot)) {
        case "customer":
          return readCustomer(input.customer, name);
        case "traits":
          return readPath(input.customer.traits, name);
        case "entry":
          return readPath(input.entry, name);
        case "signal":
          return readSignal(input, name);
        case "situation":
          return input.catalog.situations.has(name) ? (ownValue(input.state.situations, name)?.active ?? false) : undefined;
        case "segment":
          return isMember(name);
        default:
          return undefined;
      }
    },
  };
  function isMember(key: string): boolean | undefined {
    const segment = input.catalog.segments.get(key);
    if (!segment) return undefined;
    const known = members.get(key);
    if (known !== undefined) return known;
    if (open.has(key)) return false;
    open.add(key);
    try {
      const member = matchesRule(segment.definition.rule, facts);
      // Inside a circle the answer depends on where it was entered, so only the outermost one is remembered.
      if (open.size === 1) members.set(key, member);
      return member;
    } finally {
      open.delete(key);
    }
  }
  return facts;
}

function readCustomer(customer: CustomerView, name: string): unknown {
  switch (name) {
    case "locale":
      return customer.locale;
    case "timezone":
      return customer.timezone;
    case "known":
      return customer.userId !== null;
    default:
      return undefined;
  }
}

function readSignal({ catalog, state, now }: CustomerFactsInput, key: string): number | undefined {
  const signal = catalog.signals.get(key);
  if (!signal) return undefined;
  const { intensity, confidence } = signalStrength(signal.definition, state, now);
  return intensity * confidence;
}
