import { describe, expect, it, test } from "vitest";
import type { Condition, Rule } from "../definitions/rule.ts";
import { ada, catalogOf, countSignal, situationOf, start, trackEvent } from "../signals/signals.fixture.ts";
import { emptyCustomerState } from "../signals/state.ts";
import { customerFacts } from "./customer-facts.ts";
import { eventFacts, matchesEvent, matchesRule } from "./matches-rule.ts";

const event = trackEvent("e1", "Order Delayed", start, {
  properties: {
    amount: 12,
    text: "12",
    late: true,
    when: "2026-03-01",
    list: ["a", 2],
    nested: { deep: [{ id: "x" }] },
    "a.b": 1,
    gone: null,
  },
  context: { page: { path: "/checkout/pay" } },
});

const holds = (field: string, op: Condition["op"], value?: Condition["value"]): boolean =>
  matchesRule(value === undefined ? { field, op } : { field, op, value }, eventFacts(event));

describe("conditions", () => {
  test.each<[string, Condition["op"], Condition["value"] | undefined, boolean]>([
    ["properties.amount", "eq", 12, true],
    ["properties.amount", "eq", "12", true],
    ["properties.text", "eq", 12, true],
    ["properties.text", "eq", 12.5, false],
    ["properties.late", "eq", "true", false],
    ["properties.late", "eq", true, true],
    ["properties.amount", "ne", 12, false],
    ["properties.missing", "ne", 12, true],
    ["properties.missing", "eq", null, true],
    ["properties.gone", "absent", undefined, true],
    ["properties.gone", "exists", undefined, false],
    ["properties.amount", "exists", undefined, true],
    ["properties.amount", "gt", 11, true],
    ["properties.amount", "gte", 12, true],
    ["properties.amount", "lt", 12, false],
    ["properties.text", "lte", "12", true],
    ["properties.missing", "lt", 5, false],
    ["properties.late", "gt", 0, false],
    ["properties.when", "gt", "2026-02-28T23:59:59", true],
    ["properties.when", "lt", "2026-03-01T00:00:00+01:00", false],
    ["properties.when", "gt", "yesterday", false],
    ["properties.amount", "in", [1, 12], true],
    ["properties.amount", "not_in", [1, 2], true],
    ["properties.missing", "not_in", [1, 2], true],
    ["properties.missing", "in", [1, null], true],
    ["properties.list", "contains", "a", true],
    ["properties.list", "contains", "2", true],
    ["properties.list", "contains", "b", false],
    ["context.page.path", "contains", "checkout", true],
    ["context.page.path", "starts_with", "/checkout", true],
    ["context.page.path", "ends_with", "/pay", true],
    ["properties.amount", "starts_with", "1", false],
    ["properties.nested.deep.0.id", "eq", "x", true],
    ["properties.a.b", "eq", 1, true],
    ["event.name", "eq", "Order Delayed", true],
    ["event.type", "eq", "track", true],
  ])("%s %s %j is %s", (field, op, value, expected) => {
    expect(holds(field, op, value)).toBe(expected);
  });

  test.each([
    "properties.__proto__",
    "properties.constructor",
    "properties.nested.constructor.name",
    "properties.list.map",
    "properties.text.length",
  ])("%s is not there: only own data is read", (field) => expect(holds(field, "exists")).toBe(false));

  it("combines all, any and not, with all of nothing true and any of nothing false", () => {
    const yes: Rule = { field: "properties.amount", op: "eq", value: 12 };
    expect(matchesRule({ all: [yes, { not: { any: [] } }, { all: [] }] }, eventFacts(event))).toBe(true);
    expect(matchesRule({ any: [{ not: yes }] }, eventFacts(event))).toBe(false);
  });
});

describe("matchers", () => {
  it("ask for the type, then the name, then the rule", () => {
    expect(matchesEvent({ type: "page" }, event)).toBe(false);
    expect(matchesEvent({ type: "track" }, event)).toBe(true);
    expect(matchesEvent({ type: "track", name: "order delayed" }, event)).toBe(false);
    expect(matchesEvent({ type: "track", where: { field: "properties.amount", op: "gt", value: 20 } }, event)).toBe(false);
  });

  it("see the customer's traits through the facts given beside the event", () => {
    const facts = customerFacts({ customer: ada, state: emptyCustomerState(), catalog: catalogOf({}), now: start });
    const matcher = { type: "track" as const, where: { field: "traits.plan", op: "eq" as const, value: "pro" } };
    expect(matchesEvent(matcher, event, facts)).toBe(true);
    expect(matchesEvent(matcher, event)).toBe(false);
  });
});

describe("customer facts", () => {
  const catalog = catalogOf({
    signals: [countSignal("clicks")],
    situations: [situationOf("stuck", [{ signal: "clicks", group: "g", weight: 1 }])],
    segments: [
      { key: "pros", name: "Pros", rule: { field: "traits.plan", op: "eq", value: "pro" } },
      { key: "nested", name: "Nested", rule: { field: "segment.pros", op: "eq", value: true } },
      { key: "circle_a", name: "A", rule: { not: { field: "segment.circle_b", op: "eq", value: true } } },
      { key: "circle_b", name: "B", rule: { field: "segment.circle_a", op: "eq", value: true } },
    ],
  });
  const facts = customerFacts({ customer: ada, state: emptyCustomerState(), catalog, now: start, entry: { sku: "s1" } });

  test.each<[string, unknown]>([
    ["customer.locale", "en"],
    ["customer.known", true],
    ["customer.bucketKey", undefined],
    ["traits.plan", "pro"],
    ["entry.sku", "s1"],
    ["signal.clicks", 0],
    ["signal.unknown", undefined],
    ["situation.stuck", false],
    ["situation.constructor", undefined],
    ["segment.pros", true],
    ["segment.nested", true],
    ["segment.unknown", undefined],
  ])("%s is %j", (field, expected) => expect(facts.get(field)).toEqual(expected));

  it("a circle of segments ends instead of running for ever", () => {
    expect(facts.get("segment.circle_a")).toBe(true);
    expect(facts.get("segment.circle_b")).toBe(true);
  });
});
