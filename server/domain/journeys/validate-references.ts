import type { Channel } from "../definitions/common-fields.ts";
import type { JourneyDefinition, JourneyNode } from "../definitions/journey.ts";
import type { Matcher, Rule } from "../definitions/rule.ts";
import { type CatalogView, doubt, fault, type JourneyProblem } from "./journey-problem.ts";

/** Channels on which the customer can say no by a button or link in the message itself. */
const canDecline: readonly Channel[] = ["in_page", "in_app", "email", "sms", "push", "whatsapp"];
/** How intrusive a channel counts that the channel policy does not rate: as much as a call. */
const UNRATED = 10;

type Ladder = Extract<JourneyNode, { kind: "ladder" }>;
type OfferPlace = { nodeId: string; field?: string; name: string };

/** Everything the journey names must be live, its channels able to send, and its help small first and easy to decline. */
export function referenceProblems(journey: JourneyDefinition, view: CatalogView): JourneyProblem[] {
  const problems: JourneyProblem[] = [];
  const { entry, exitOn, goal } = journey;
  if (entry.kind === "situation") problems.push(...liveProblems("situation", entry.situation, view, { field: "entry.situation" }));
  if (entry.kind === "schedule") problems.push(...liveProblems("segment", entry.segment, view, { field: "entry.segment" }));
  if (entry.kind === "event") {
    problems.push(...matcherProblems(entry.match, view, { field: "entry.match" }));
    if (entry.where) problems.push(...ruleProblems(entry.where, view, { field: "entry.where" }));
  }
  if (exitOn.event) problems.push(...matcherProblems(exitOn.event, view, { field: "exitOn.event" }));
  if (goal) problems.push(...matcherProblems(goal.match, view, { field: "goal.match" }));
  for (const node of journey.nodes) problems.push(...nodeProblems(journey, node, view));
  return problems;
}

function nodeProblems(journey: JourneyDefinition, node: JourneyNode, view: CatalogView): JourneyProblem[] {
  switch (node.kind) {
    case "help":
    case "survey":
      return offerProblems(journey, node, { nodeId: node.id, name: `"${node.id}"` }, true, view);
    case "ladder":
      return [
        ...node.rungs.flatMap((rung, index) => {
          const place = { nodeId: node.id, field: `rungs.${index}`, name: `Rung ${index + 1} of "${node.id}"` };
          return offerProblems(journey, rung, place, index === 0, view);
        }),
        ...loudnessProblems(node, view),
      ];
    case "branch":
      return node.cases.flatMap((option, index) => ruleProblems(option.rule, view, { nodeId: node.id, field: `cases.${index}.rule` }));
    case "wait":
      if (node.mode === "until_event") return matcherProblems(node.match, view, { nodeId: node.id, field: "match" });
      if (node.mode === "until_situation_ends") {
        return liveProblems("situation", node.situation, view, { nodeId: node.id, field: "situation" });
      }
      return [];
    default:
      return [];
  }
}

function offerProblems(
  journey: JourneyDefinition,
  offer: { response: string; channels: "auto" | Channel[] },
  { name, ...place }: OfferPlace,
  isFirst: boolean,
  view: CatalogView,
): JourneyProblem[] {
  const at = (field: string) => ({ nodeId: place.nodeId, field: place.field === undefined ? field : `${place.field}.${field}` });
  const response = view.responses.get(offer.response)?.definition;
  if (response === undefined) {
    return [
      fault(
        "response_not_live",
        `${name} offers the response "${offer.response}", which is not live. Approve it first or choose another.`,
        at("response"),
      ),
    ];
  }
  const worded = new Set(response.variants.map((variant) => variant.channel));
  const providers = view.providers ?? view.policies.channels.definition.order;
  const problems: JourneyProblem[] = [];
  const usable = offer.channels === "auto" ? [...worded].filter((channel) => providers.includes(channel)) : offer.channels;
  if (usable.length === 0) {
    problems.push(
      fault(
        "channel_without_provider",
        `${name} can go out on no channel: "${response.key}" has no variant for one that can send.`,
        at("channels"),
      ),
    );
  }
  for (const channel of usable) {
    if (!providers.includes(channel)) {
      problems.push(
        fault("channel_without_provider", `${name} uses ${channel}, which no provider serves. Set one up or remove it.`, at("channels")),
      );
    }
    if (!worded.has(channel)) {
      problems.push(
        fault(
          "channel_without_variant",
          `${name} uses ${channel}, but "${response.key}" has no variant for it. Write one or remove it.`,
          at("channels"),
        ),
      );
    }
  }
  const mustBeDeclinable = isFirst && (journey.class === "help" || journey.class === "marketing");
  if (mustBeDeclinable && usable.length > 0 && !usable.some((channel) => canDecline.includes(channel))) {
    problems.push(
      fault(
        "no_way_to_decline",
        `${name} reaches people only by ${usable.join(", ")}, where they cannot decline. Offer it in the page, in the app or by a message first.`,
        at("channels"),
      ),
    );
  }
  return problems;
}

/** A rung is as loud as its quietest channel, which is the one tried first. */
function loudnessProblems(node: Ladder, view: CatalogView): JourneyProblem[] {
  const { intrusiveness } = view.policies.channels.definition;
  const loudness = node.rungs.map((rung) => Math.min(...rung.channels.map((channel) => intrusiveness[channel] ?? UNRATED)));
  const first = loudness[0] ?? 0;
  const quieter = loudness.findIndex((level) => level < first);
  if (quieter !== -1) {
    return [
      fault(
        "ladder_starts_loud",
        `"${node.id}" starts louder (${first}) than its rung ${quieter + 1} (${loudness[quieter]}). Put the smallest interruption first.`,
        { nodeId: node.id, field: "rungs.0.channels" },
      ),
    ];
  }
  const back = loudness.findIndex((level, index) => index > 0 && level < (loudness[index - 1] ?? 0));
  if (back === -1) return [];
  return [
    doubt("ladder_steps_back", `Rung ${back + 1} of "${node.id}" is quieter than the one before it. Is the order right?`, {
      nodeId: node.id,
      field: `rungs.${back}.channels`,
    }),
  ];
}

const referable = { signal: "signals", situation: "situations", segment: "segments" } as const;

function liveProblems(
  kind: keyof typeof referable,
  key: string,
  view: CatalogView,
  place: { nodeId?: string; field: string },
): JourneyProblem[] {
  if (view[referable[kind]].has(key)) return [];
  const where = place.nodeId === undefined ? `The journey (${place.field})` : `"${place.nodeId}"`;
  return [
    fault(`${kind}_not_live`, `${where} refers to the ${kind} "${key}", which is not live. Approve it first or choose another.`, place),
  ];
}

function matcherProblems(matcher: Matcher, view: CatalogView, place: { nodeId?: string; field: string }): JourneyProblem[] {
  return matcher.where === undefined ? [] : ruleProblems(matcher.where, view, { ...place, field: `${place.field}.where` });
}

function ruleProblems(rule: Rule, view: CatalogView, place: { nodeId?: string; field: string }): JourneyProblem[] {
  const keys = new Set(fieldsOf(rule));
  return [...keys].flatMap((field) => {
    const dot = field.indexOf(".");
    const head = field.slice(0, dot);
    if (head !== "signal" && head !== "situation" && head !== "segment") return [];
    return liveProblems(head, field.slice(dot + 1), view, place);
  });
}

function fieldsOf(rule: Rule): string[] {
  if ("all" in rule) return rule.all.flatMap(fieldsOf);
  if ("any" in rule) return rule.any.flatMap(fieldsOf);
  if ("not" in rule) return fieldsOf(rule.not);
  return [rule.field];
}
