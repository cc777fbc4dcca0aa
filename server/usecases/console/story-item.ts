import * as z from "zod";
import type { StoryItem, StoryKind } from "#server/contracts/console/story.ts";
import type { Catalog } from "#server/domain/definitions/catalog.ts";
import { percentInWords } from "#server/domain/definitions/in-words.ts";
import { decisionItem } from "./story-decision.ts";

export type StoryContext = { catalog: Catalog; names: Readonly<Record<string, string>>; identify: boolean };
export type StoryRow = { kind: StoryKind; id: string; at: number; data: unknown };
export type StoryParts = Partial<Omit<StoryItem, "kind" | "id" | "at">> & { title: string };

/** A row of the timeline in words. A row whose data cannot be read is still shown, as what it is. */
export function storyItem(row: StoryRow, context: StoryContext): StoryItem {
  const parts = partsOf(row, context);
  // a mail is found by the id of its message
  const link = parts.link?.kind === "mail" ? { kind: "mail" as const, ref: row.id } : (parts.link ?? null);
  return {
    kind: row.kind,
    id: row.id,
    at: row.at,
    detail: null,
    tone: "neutral",
    mark: null,
    notes: [],
    facts: [],
    guards: [],
    ...parts,
    link,
  };
}

function partsOf(row: StoryRow, context: StoryContext): StoryParts {
  try {
    return tellers[row.kind](row.data, context);
  } catch (error) {
    if (error instanceof z.ZodError) return { title: `A ${row.kind} that cannot be read`, tone: "warn" };
    throw error;
  }
}

const nullableText = z.string().nullable();
const words = (key: string) => key.replaceAll("_", " ");
const nameIn = (context: StoryContext, key: string) => context.names[key] ?? key;

const eventData = z.object({
  type: z.string(),
  name: nullableText,
  source: z.string(),
  sourceKind: z.string(),
  verified: z.boolean(),
  historical: z.boolean(),
  payload: z.object({ properties: z.record(z.string(), z.unknown()).nullish(), traits: z.record(z.string(), z.unknown()).nullish() }),
});
const transitionData = z.object({
  situation: z.string(),
  kind: z.enum(["entered", "left", "asked"]),
  episode: z.number(),
  retroactive: z.boolean(),
  score: z.number(),
  contributions: z.array(z.object({ signal: z.string(), share: z.number() })).catch([]),
});
const journeyData = z.object({
  journey: z.string(),
  version: z.number(),
  entryKind: z.string(),
  arm: z.enum(["treated", "holdout"]),
  status: z.string(),
  node: z.string(),
  goalAt: nullableText,
  endReason: nullableText,
});
const messageData = z.object({
  journey: z.string(),
  response: z.string(),
  channel: z.string(),
  state: z.string(),
  reason: nullableText,
  subject: nullableText,
  clickedAt: nullableText,
});
const messageTones: Record<string, StoryItem["tone"]> = {
  delivered: "good",
  sent: "good",
  failed: "bad",
  unknown: "warn",
  cancelled: "warn",
};
const reactionWords: Record<string, string> = {
  accepted: "Took the help",
  snoozed: "Said “not now”",
  declined: "Said “no, thanks”",
  turned_off: "Turned this help off",
};

const tellers: Record<StoryKind, (data: unknown, context: StoryContext) => StoryParts> = {
  event(data, context) {
    const event = eventData.parse(data);
    const values = { ...event.payload.traits, ...event.payload.properties };
    const remarks = [event.historical && "history: starts nothing", !event.verified && "not verified"].filter((each) => each !== false);
    return {
      title: event.name ?? words(event.type),
      detail: [event.type, `from ${event.source}`, ...remarks].join(" · "),
      facts: Object.entries(values)
        .slice(0, 40)
        .map(([label, value]) => ({ label, value: context.identify ? textOf(value) : "•••" })),
    };
  },
  transition(data, context) {
    const change = transitionData.parse(data);
    const name = nameIn(context, change.situation);
    const verb = { entered: "Entered", left: "Left", asked: "Unsure about" }[change.kind];
    return {
      title: `${verb}: ${name}`,
      detail: change.retroactive ? "corrected afterwards, when late events came in" : null,
      tone: change.kind === "entered" ? "warn" : "neutral",
      mark: `score ${change.score.toFixed(2)}`,
      facts: change.contributions.map((each) => ({ label: nameIn(context, each.signal), value: percentInWords(each.share) })),
    };
  },
  journey(data, context) {
    const passage = journeyData.parse(data);
    const leftAlone = passage.arm === "holdout";
    return {
      title: `Joined ${nameIn(context, passage.journey)}`,
      detail: leftAlone ? "in the group that is left alone, to measure against" : null,
      tone: passage.goalAt === null ? "neutral" : "good",
      mark: passage.goalAt !== null ? "goal reached" : passage.status === "active" ? "inside" : words(passage.endReason ?? "ended"),
      facts: [
        { label: "Version", value: String(passage.version) },
        { label: "Started by", value: words(passage.entryKind) },
        { label: "Step", value: passage.node },
      ],
      link: { kind: "journey", ref: passage.journey },
    };
  },
  decision: decisionItem,
  message(data, context) {
    const message = messageData.parse(data);
    const withheld = message.state === "withheld";
    return {
      title: message.subject ?? nameIn(context, message.response),
      detail: withheld
        ? "not sent: this person is in the group that is left alone"
        : `${words(message.channel)} · ${nameIn(context, message.journey)}`,
      tone: messageTones[message.state] ?? "neutral",
      mark: message.clickedAt === null ? message.state : "clicked",
      facts: message.reason === null ? [] : [{ label: "Reason", value: words(message.reason) }],
      link: message.channel === "email" && (message.state === "sent" || message.state === "delivered") ? { kind: "mail", ref: "" } : null,
    };
  },
  reaction(data) {
    const reaction = z.object({ kind: z.string(), intent: z.string(), topic: z.string() }).parse(data);
    return {
      title: reactionWords[reaction.kind] ?? words(reaction.kind),
      detail: `${words(reaction.intent)} · topic ${words(reaction.topic)}`,
      tone: reaction.kind === "accepted" ? "good" : "warn",
    };
  },
  outcome(data, context) {
    const outcome = z.object({ kind: z.string(), journey: nullableText, arm: nullableText }).parse(data);
    const arm = outcome.arm === "holdout" ? "left alone" : outcome.arm === "treated" ? "helped" : null;
    return {
      title: `Outcome: ${words(outcome.kind)}`,
      detail: [outcome.journey === null ? null : nameIn(context, outcome.journey), arm].filter((each) => each !== null).join(" · ") || null,
      tone: outcome.kind === "goal" ? "good" : "neutral",
    };
  },
  order(data) {
    const order = z
      .object({ orderId: z.string(), amount: z.string(), currency: z.string(), quantity: z.number().nullable(), status: z.string() })
      .parse(data);
    return {
      title: `Order ${order.orderId}`,
      detail: `${Number(order.amount).toFixed(2)} ${order.currency}${order.quantity === null ? "" : ` · ${order.quantity} items`}`,
      mark: order.status,
    };
  },
  case(data) {
    const contact = z
      .object({ caseId: z.string(), channel: z.string(), type: z.string(), issue: z.string(), status: z.string(), reopened: z.number() })
      .parse(data);
    return {
      title: `Support case ${contact.caseId}`,
      detail: `${words(contact.type)} · by ${contact.channel}${contact.reopened > 0 ? ` · reopened ${contact.reopened}×` : ""}`,
      tone: contact.status === "open" ? "warn" : "neutral",
      mark: contact.status,
    };
  },
  task(data) {
    const task = z
      .object({ kind: z.string(), queue: z.string(), title: z.string(), closedAt: nullableText, resolution: nullableText })
      .parse(data);
    return {
      title: task.title,
      detail: `${task.kind === "review" ? "a person reviews it first" : "handed to a person"} · queue ${words(task.queue)}`,
      mark: task.closedAt === null ? "open" : words(task.resolution ?? "done"),
    };
  },
  consent(data) {
    const entry = z
      .object({ purpose: z.string(), channel: z.string(), state: z.string(), basis: z.string(), source: z.string() })
      .parse(data);
    return {
      title: `Consent ${entry.state}`,
      detail: `${words(entry.purpose)} · ${entry.channel === "*" ? "every channel" : words(entry.channel)} · told by ${words(entry.source)}`,
      tone: entry.state === "granted" ? "good" : "warn",
    };
  },
};

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
