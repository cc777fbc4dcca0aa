import type * as z from "zod";
import type { DefinitionItem, definitionListInput } from "#server/contracts/console/definitions.ts";
import type { Deps } from "#server/deps.ts";
import { definitionSchemas } from "#server/domain/definitions/catalog.ts";
import { durationInWords, matcherInWords, type Names, percentInWords, ruleInWords } from "#server/domain/definitions/in-words.ts";
import type { PolicyDefinition } from "#server/domain/definitions/policy.ts";
import type { ResponseDefinition } from "#server/domain/definitions/response.ts";
import type { SignalDefinition } from "#server/domain/definitions/signal.ts";
import type { SituationDefinition } from "#server/domain/definitions/situation.ts";
import { definitionNames } from "./definition-names.ts";

type Kind = z.infer<typeof definitionListInput>["kind"];
type Words = Pick<DefinitionItem, "summary" | "facts">;

/** Definitions of one kind in plain words. One that cannot be read says so and hides no other. */
export async function listDefinitions(deps: Deps, input: { kind: Kind }): Promise<DefinitionItem[]> {
  const [rows, catalog] = await Promise.all([deps.data.consoleDefinitions.list(deps.pool, input.kind), deps.catalog.get()]);
  const names = definitionNames(catalog);
  const suspended = new Map(catalog.suspended.filter((each) => each.kind === input.kind).map((each) => [each.key, each.reason]));
  return rows.map(({ content, ...row }) => ({
    ...row,
    suspendedReason: row.suspendedReason ?? suspended.get(row.key) ?? null,
    ...wordsOf(input.kind, content, names),
  }));
}

function wordsOf(kind: Kind, content: unknown, names: Names): Words {
  const parsed = definitionSchemas[kind].safeParse(content);
  if (!parsed.success) return { summary: "This version cannot be read: it does not follow the rules for its kind.", facts: [] };
  switch (kind) {
    case "signal":
      return signalWords(definitionSchemas.signal.parse(content));
    case "situation":
      return situationWords(definitionSchemas.situation.parse(content), names);
    case "segment":
      return { summary: ruleInWords(definitionSchemas.segment.parse(content).rule, names), facts: [] };
    case "response":
      return responseWords(definitionSchemas.response.parse(content));
    case "policy":
      return policyWords(definitionSchemas.policy.parse(content));
  }
}

/** A property as people say it, without where it is found. */
function bare(field: string): string {
  return field.replace(/^properties\./, "");
}

function triggerOf(signal: SignalDefinition): string {
  switch (signal.kind) {
    case "count":
      return `each ${matcherInWords(signal.match)}`;
    case "repeat":
      return `${signal.times} times the same ${bare(signal.keyField)} in ${durationInWords(signal.withinMs)}: ${matcherInWords(signal.match)}`;
    case "exit":
      return `${matcherInWords(signal.begin)} and no ${matcherInWords(signal.complete)} within ${durationInWords(signal.withinMs)}`;
    case "change":
      return `a ${signal.direction} in ${matcherInWords(signal.match)} against the person’s own habit`;
    case "value":
      return `${bare(signal.field)} of ${matcherInWords(signal.match)}`;
  }
}

function signalWords(signal: SignalDefinition): Words {
  const { alpha, beta } = signal.reliability;
  return {
    summary: signal.clue.en ?? signal.name,
    facts: [
      { label: "Seen when", value: triggerOf(signal) },
      { label: "Half-life", value: durationInWords(signal.halfLifeMs) },
      { label: "Reliability", value: percentInWords(alpha / (alpha + beta)) },
      { label: "Purpose", value: signal.purpose.replaceAll("_", " ") },
    ],
  };
}

function situationWords(situation: SituationDefinition, names: Names): Words {
  return {
    summary: situation.meaning.en ?? situation.name,
    facts: [
      { label: "Signals", value: situation.signals.map((each) => names[each.signal] ?? each.signal).join(", ") },
      { label: "Entered at", value: `score ${situation.thresholds.enter}` },
      { label: "Left at", value: `score ${situation.thresholds.exit}` },
      { label: "Confidence floor", value: percentInWords(situation.confidenceFloor) },
      {
        label: "Below the floor",
        value: { ask: "ask the customer", review: "a person decides", silent: "stay silent" }[situation.belowFloor],
      },
    ],
  };
}

function responseWords(response: ResponseDefinition): Words {
  const distinct = (values: string[]) => [...new Set(values)].join(", ");
  return {
    summary: response.benefit.en ?? response.name,
    facts: [
      { label: "Intent", value: response.intent },
      { label: "Channels", value: distinct(response.variants.map((each) => each.channel)) },
      { label: "Languages", value: distinct(response.variants.map((each) => each.locale)) },
      { label: "Variables", value: response.variables.map((each) => each.path).join(", ") || "none" },
    ],
  };
}

function policyWords(policy: PolicyDefinition): Words {
  switch (policy.kind) {
    case "consent":
      return {
        summary: "What may be sent to whom when nothing else was said.",
        facts: policy.rules.map((rule) => ({
          label: `${rule.purpose.replaceAll("_", " ")}, ${rule.channel === "*" ? "every channel" : rule.channel}`,
          value: `${rule.unknown === "allowed" ? "allowed" : "not allowed"} without a record (${rule.basis.replaceAll("_", " ")})`,
        })),
      };
    case "channels":
      return { summary: "Smallest interruption first.", facts: [{ label: "Order", value: policy.order.join(" → ") }] };
    case "moderation":
      return {
        summary: "When to step back.",
        facts: [
          ...policy.quietHours.map((each) => ({
            label: `Quiet hours, ${each.channels.join(", ")}`,
            value: `${each.window.from}–${each.window.to}`,
          })),
          ...policy.caps.map((cap) => ({
            label: `Cap, ${cap.channel === "*" ? "all channels" : cap.channel}`,
            value: `${cap.max} per ${cap.per === "rolling_24h" ? "24 hours" : cap.per}`,
          })),
          { label: "Quiet after any contact", value: durationInWords(policy.cooldownMs) },
          { label: "Quiet after a solved case", value: durationInWords(policy.caseGraceMs) },
        ],
      };
    case "holdout":
      return {
        summary: "A share of all customers is never spoken to, so that the effect of help can be measured.",
        facts: [{ label: "Share", value: percentInWords(policy.globalShare) }],
      };
    case "classes":
      return {
        summary: "Which guards each class of message may skip.",
        facts: policy.skips.map((each) => ({
          label: each.class.replaceAll("_", " "),
          value: each.guards.map((guard) => guard.replaceAll("_", " ")).join(", ") || "none",
        })),
      };
  }
}
