import * as z from "zod";
import type { GuardView, StoryItem } from "#server/contracts/console/story.ts";
import { type GuardName, guardNames, verdicts } from "#server/domain/decisions/decision.ts";
import { explain } from "#server/domain/decisions/explain.ts";
import type { Catalog } from "#server/domain/definitions/catalog.ts";
import { channelSchema, type LocalizedText, messageClassSchema, purposeSchema } from "#server/domain/definitions/common-fields.ts";
import type { StoryContext, StoryParts } from "./story-item.ts";

const factSchema = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number()]))]);
const outcomeSchema = z.enum(["allow", "hold", "review", "ask", "suppress", "skipped"]);
const decisionData = z.object({
  journey: z.string(),
  version: z.number(),
  verdict: z.enum(verdicts),
  engineVersion: z.number(),
  record: z.object({
    verdict: z.enum(verdicts),
    wouldBe: z.enum(verdicts),
    guard: z.enum(guardNames).nullable(),
    code: z.string().nullable(),
    holdUntil: z.number().nullable(),
    channel: channelSchema.nullable(),
    /** The decision was SEND, but the message could not be made; says why. */
    overruled: z.object({ reason: z.string() }).optional(),
    evidence: z
      .object({
        situation: z.string(),
        situationVersion: z.number(),
        score: z.number(),
        confidence: z.number(),
        confidenceFloor: z.number(),
        belowFloor: z.enum(["ask", "review", "silent"]),
        band: z.enum(["act", "below"]),
        contributions: z.array(
          z.object({
            signal: z.string(),
            group: z.string(),
            intensity: z.number(),
            confidence: z.number(),
            weight: z.number(),
            share: z.number(),
            lastHitAt: z.number().nullable(),
          }),
        ),
      })
      .nullable()
      .catch(null),
    guards: z.array(
      z.object({
        guard: z.enum(guardNames),
        outcome: outcomeSchema,
        code: z.string(),
        until: z.number().optional(),
        facts: z.record(z.string(), factSchema),
      }),
    ),
  }),
  offer: z
    .object({
      purpose: purposeSchema,
      class: messageClassSchema,
      topic: z.string(),
      journeyKey: z.string(),
      responseKey: z.string(),
    })
    .nullable(),
});
type DecisionData = z.infer<typeof decisionData>;

const verdictWords: Record<DecisionData["record"]["verdict"], { title: string; tone: StoryItem["tone"] }> = {
  SEND: { title: "Decided to help", tone: "good" },
  HOLD: { title: "Decided to wait", tone: "neutral" },
  REVIEW: { title: "Asked a person to decide", tone: "neutral" },
  ASK: { title: "Decided to ask first", tone: "neutral" },
  SUPPRESS: { title: "Decided to stay silent", tone: "warn" },
};

/** A decision with why it came out so: the clues or the guard that decided, every other guard, and what would have changed it. */
export function decisionItem(data: unknown, context: StoryContext): StoryParts {
  const { record, offer, journey, version, verdict, engineVersion } = decisionData.parse(data);
  const { title, tone } = verdictWords[verdict];
  const journeyName = context.names[journey] ?? journey;
  const words = offer === null ? null : explainToStaff(record, offer, context.catalog);
  return {
    title: `${title}: ${journeyName}`,
    tone,
    detail: record.overruled === undefined ? (words?.reasons[0] ?? null) : `The message could not be made: ${record.overruled.reason}`,
    mark: verdict,
    notes: words?.reasons.slice(1) ?? [],
    guards: words === null ? [] : words.guards.map((each) => guardView(each, record.guard)),
    facts: [
      ...(words?.change == null ? [] : [{ label: "What would change it", value: words.change }]),
      ...(record.channel === null ? [] : [{ label: "Channel", value: record.channel.replaceAll("_", " ") }]),
      { label: "Versions", value: `journey ${version}, engine ${engineVersion}` },
    ],
    link: { kind: "journey", ref: journey },
  };
}

function explainToStaff(record: DecisionData["record"], offer: NonNullable<DecisionData["offer"]>, catalog: Catalog) {
  const { guards, evidence: _evidence, overruled: _overruled, ...rest } = record;
  const signalClues: Record<string, LocalizedText> = {};
  for (const [key, { definition }] of catalog.signals) signalClues[key] = definition.clue;
  return explain({
    decision: { ...rest, guards: guards.map(({ until, ...guard }) => ({ ...guard, ...(until !== undefined && { until }) })) },
    candidate: { offer },
    evidence: record.evidence,
    signalClues,
    benefit: catalog.responses.get(offer.responseKey)?.definition.benefit ?? null,
    locale: "en",
    timezone: catalog.company.timezone,
    audience: "staff",
  });
}

function guardView(each: { guard: GuardName; title: string; outcome: string; words: string }, deciding: GuardName | null): GuardView {
  return { guard: each.title, outcome: each.outcome, text: each.words, decided: each.guard === deciding };
}
