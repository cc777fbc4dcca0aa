import type { Condition, Matcher, Rule } from "../definitions/rule.ts";
import type { DomainEvent } from "../events.ts";
import { compareCondition } from "./compare-condition.ts";
import { readPath } from "./field-path.ts";

/** Where a rule reads its fields: `get` returns undefined for what is not there and must not throw for any path. */
export type RuleFacts = { get(field: string): unknown };

type Predicate = (facts: RuleFacts) => boolean;

/** Rules are plain data read many times: each is turned into closures once, for as long as it lives. */
const compiled = new WeakMap<Rule, Predicate>();

/**
 * Whether `rule` holds for `facts`. `all` of nothing is true, `any` of nothing is false. How a condition compares: compareCondition.
 * Never reads anything but what `facts.get` returns.
 */
export function matchesRule(rule: Rule, facts: RuleFacts): boolean {
  return predicateOf(rule)(facts);
}

function predicateOf(rule: Rule): Predicate {
  const known = compiled.get(rule);
  if (known) return known;
  const predicate = compileRule(rule);
  compiled.set(rule, predicate);
  return predicate;
}

function compileRule(rule: Rule): Predicate {
  if ("all" in rule) {
    const parts = rule.all.map(predicateOf);
    return (facts) => parts.every((part) => part(facts));
  }
  if ("any" in rule) {
    const parts = rule.any.map(predicateOf);
    return (facts) => parts.some((part) => part(facts));
  }
  if ("not" in rule) {
    const part = predicateOf(rule.not);
    return (facts) => !part(facts);
  }
  return compileCondition(rule);
}

function compileCondition(condition: Condition): Predicate {
  const { field } = condition;
  const compare = compareCondition(condition);
  return (facts) => compare(facts.get(field));
}

/**
 * Whether `event` is of the type, has the name and meets the rule of `matcher`. The rule sees the event's own fields; a field the event
 * does not have is looked up in `facts`, when given (traits, signals, situations and segments of the customer).
 */
export function matchesEvent(matcher: Matcher, event: DomainEvent, facts?: RuleFacts): boolean {
  if (event.type !== matcher.type) return false;
  if (matcher.name !== undefined && event.name !== matcher.name) return false;
  return matcher.where === undefined || matchesRule(matcher.where, eventFacts(event, facts));
}

/** The fields of one event: `event.type`, `event.name`, `properties.`, `context.` and `traits.` (those of the event itself first). */
export function eventFacts(event: DomainEvent, beyond?: RuleFacts): RuleFacts {
  return { get: (field) => readEventField(event, field) ?? beyond?.get(field) };
}

/** One field of an event by its full path, undefined when the event does not have it. */
export function readEventField(event: DomainEvent, field: string): unknown {
  if (field === "event.name") return event.name ?? undefined;
  if (field === "event.type") return event.type;
  const dot = field.indexOf(".");
  const path = field.slice(dot + 1);
  switch (field.slice(0, dot)) {
    case "properties":
      return readPath(event.properties, path);
    case "context":
      return readPath(event.context, path);
    case "traits":
      return readPath(event.traits, path);
    default:
      return undefined;
  }
}
