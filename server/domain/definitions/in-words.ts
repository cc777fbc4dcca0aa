import type { JourneyDefinition, JourneyNode } from "./journey.ts";
import type { Condition, Matcher, Rule } from "./rule.ts";

/** Names of definitions by key; a key without a name stands for itself. */
export type Names = Readonly<Record<string, string>>;

const units = [
  { ms: 86_400_000, one: "day", many: "days" },
  { ms: 3_600_000, one: "hour", many: "hours" },
  { ms: 60_000, one: "minute", many: "minutes" },
  { ms: 1000, one: "second", many: "seconds" },
] as const;

/** A duration in at most two whole units: "2 days 4 hours", "90 minutes" is "1 hour 30 minutes". */
export function durationInWords(ms: number): string {
  const parts: string[] = [];
  let rest = Math.round(ms / 1000) * 1000;
  for (const unit of units) {
    const count = Math.floor(rest / unit.ms);
    if (count > 0) parts.push(`${count} ${count === 1 ? unit.one : unit.many}`);
    rest -= count * unit.ms;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? "no time" : parts.join(" ");
}

/** A share as a percentage without needless digits. */
export function percentInWords(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

const operators: Record<Condition["op"], string> = {
  eq: "is",
  ne: "is not",
  gt: "is over",
  gte: "is at least",
  lt: "is under",
  lte: "is at most",
  in: "is one of",
  not_in: "is none of",
  exists: "is known",
  absent: "is not known",
  contains: "contains",
  starts_with: "starts with",
  ends_with: "ends with",
};

function nameOf(names: Names, key: string): string {
  return Object.hasOwn(names, key) ? (names[key] ?? key) : key;
}

function valueInWords(value: Condition["value"]): string {
  if (Array.isArray(value)) return value.map((each) => valueInWords(each)).join(", ");
  return typeof value === "string" ? `“${value}”` : String(value);
}

function conditionInWords(condition: Condition, names: Names): string {
  const [root = "", ...path] = condition.field.split(".");
  const rest = path.join(".");
  if (root === "segment" || root === "situation") {
    const yes = (condition.op === "eq" && condition.value === true) || (condition.op === "ne" && condition.value === false);
    const subject = root === "segment" ? "in segment" : "in situation";
    return `${yes ? "" : "not "}${subject} ${nameOf(names, rest)}`;
  }
  const subject = root === "signal" ? `signal ${nameOf(names, rest)}` : root === "properties" ? rest : `${root} ${rest}`;
  const tail = condition.value === undefined ? "" : ` ${valueInWords(condition.value)}`;
  return `${subject} ${operators[condition.op]}${tail}`;
}

/** A rule as one plain sentence part. */
export function ruleInWords(rule: Rule, names: Names = {}): string {
  if ("all" in rule) return rule.all.length === 0 ? "always" : rule.all.map((each) => bracketed(each, names)).join(" and ");
  if ("any" in rule) return rule.any.length === 0 ? "never" : rule.any.map((each) => bracketed(each, names)).join(" or ");
  if ("not" in rule) return `not (${ruleInWords(rule.not, names)})`;
  return conditionInWords(rule, names);
}

function bracketed(rule: Rule, names: Names): string {
  const many = ("all" in rule && rule.all.length > 1) || ("any" in rule && rule.any.length > 1);
  return many ? `(${ruleInWords(rule, names)})` : ruleInWords(rule, names);
}

/** What an event must be, such as: “Checkout Started” where amount is over 50. */
export function matcherInWords(matcher: Matcher, names: Names = {}): string {
  const subject = matcher.name === undefined ? `any ${matcher.type} event` : `“${matcher.name}”`;
  const kind = matcher.type === "page" || matcher.type === "screen" ? `${matcher.type} ` : "";
  return `${matcher.name === undefined ? "" : kind}${subject}${matcher.where === undefined ? "" : ` where ${ruleInWords(matcher.where, names)}`}`;
}

/** What starts a journey. */
export function entryInWords(entry: JourneyDefinition["entry"], names: Names = {}): string {
  switch (entry.kind) {
    case "situation":
      return `When a customer enters ${nameOf(names, entry.situation)}`;
    case "event":
      return `On ${matcherInWords(entry.match, names)}${entry.where === undefined ? "" : ` if ${ruleInWords(entry.where, names)}`}`;
    case "schedule": {
      const zone =
        entry.zone === "customer"
          ? "in each customer’s time zone"
          : entry.zone === "company"
            ? "in the company’s time zone"
            : `in ${entry.zone}`;
      return `By the clock (${entry.cron}) ${zone}, for segment ${nameOf(names, entry.segment)}`;
    }
    case "incident":
      return `When an incident is ${entry.on}`;
    case "api":
      return "When another system asks for it";
  }
}

/** What one step does: a heading and a line under it. */
export function nodeInWords(node: JourneyNode, names: Names = {}): { title: string; detail: string } {
  switch (node.kind) {
    case "help":
      return {
        title: nameOf(names, node.response),
        detail: node.channels === "auto" ? "best channel for this person" : `by ${node.channels.join(", then ")}`,
      };
    case "ladder":
      return {
        title: `Ladder of ${node.rungs.length}`,
        detail: node.rungs.map((rung) => `${nameOf(names, rung.response)} (${rung.channels.join("/")})`).join(" → "),
      };
    case "wait":
      return waitInWords(node, names);
    case "branch":
      return { title: "Branch", detail: `${node.cases.length} ${node.cases.length === 1 ? "case" : "cases"}, then otherwise` };
    case "split":
      return { title: "Split", detail: `${node.arms.length} arms, always the same arm for the same person` };
    case "handoff":
      return { title: node.title, detail: `to a person in ${node.queue}, within ${durationInWords(node.slaMs)}` };
    case "survey":
      return { title: `${node.survey.toUpperCase()} question`, detail: nameOf(names, node.response) };
    case "goal":
      return { title: "Goal", detail: "counts as reached here" };
    case "exit":
      return { title: "End", detail: node.reason };
  }
}

function waitInWords(node: Extract<JourneyNode, { kind: "wait" }>, names: Names): { title: string; detail: string } {
  switch (node.mode) {
    case "for":
      return { title: `Wait ${durationInWords(node.ms)}`, detail: "" };
    case "until_local_time":
      return { title: `Wait until ${node.from}–${node.to}`, detail: "in the customer’s time zone" };
    case "until_event":
      return { title: `Wait for ${matcherInWords(node.match, names)}`, detail: `at most ${durationInWords(node.timeoutMs)}` };
    case "until_situation_ends":
      return { title: `Wait until ${nameOf(names, node.situation)} ends`, detail: `at most ${durationInWords(node.timeoutMs)}` };
  }
}

/** Where a step can lead, with the word on the way. */
export function waysOut(node: JourneyNode): { to: string; label: string }[] {
  switch (node.kind) {
    case "exit":
      return [];
    case "branch":
      return [...node.cases.map((each) => ({ to: each.next, label: each.name })), { to: node.otherwise, label: "otherwise" }];
    case "split": {
      const total = node.arms.reduce((sum, arm) => sum + arm.weight, 0);
      return node.arms.map((arm) => ({ to: arm.next, label: `${arm.key} ${percentInWords(arm.weight / total)}` }));
    }
    case "wait":
      if (node.mode === "until_event")
        return [
          { to: node.next, label: "it came" },
          { to: node.onTimeout, label: "time is up" },
        ];
      if (node.mode === "until_situation_ends")
        return [
          { to: node.next, label: "it ended" },
          { to: node.onTimeout, label: "time is up" },
        ];
      return [{ to: node.next, label: "" }];
    default:
      return [{ to: node.next, label: "" }];
  }
}
