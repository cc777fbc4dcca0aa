import * as z from "zod";
import type { GuardView, StoryItem } from "#server/contracts/console/story.ts";
import type { StoryContext, StoryParts } from "./story-item.ts";

const decisionData = z.object({
  journey: z.string(),
  version: z.number(),
  verdict: z.enum(["SEND", "HOLD", "REVIEW", "ASK", "SUPPRESS"]),
  wouldBe: z.string(),
  guard: z.string().nullable(),
  channel: z.string().nullable(),
  engineVersion: z.number(),
  record: z.object({
    code: z.string().nullish(),
    guards: z.array(z.object({ guard: z.string(), outcome: z.string(), code: z.string() })).catch([]),
  }),
});

const verdictWords: Record<z.infer<typeof decisionData>["verdict"], { title: string; tone: StoryItem["tone"] }> = {
  SEND: { title: "Decided to help", tone: "good" },
  HOLD: { title: "Decided to wait", tone: "neutral" },
  REVIEW: { title: "Asked a person to decide", tone: "neutral" },
  ASK: { title: "Decided to ask first", tone: "neutral" },
  SUPPRESS: { title: "Decided to stay silent", tone: "warn" },
};
const words = (key: string) => key.replaceAll("_", " ");

/** A decision with why it came out so: the guard that decided, and what every other guard said. */
export function decisionItem(data: unknown, context: StoryContext): StoryParts {
  const decision = decisionData.parse(data);
  const { title, tone } = verdictWords[decision.verdict];
  const guards: GuardView[] = decision.record.guards.map((each) => ({
    guard: words(each.guard),
    outcome: each.outcome,
    text: words(each.code),
    decided: each.guard === decision.guard,
  }));
  return {
    title,
    tone,
    detail: decision.guard === null ? null : `because of ${words(decision.guard)}: ${words(decision.record.code ?? "")}`,
    mark: decision.verdict,
    guards,
    facts: [
      { label: "Journey", value: `${context.names[decision.journey] ?? decision.journey}, version ${decision.version}` },
      ...(decision.channel === null ? [] : [{ label: "Channel", value: words(decision.channel) }]),
      ...(decision.wouldBe === decision.verdict ? [] : [{ label: "Without the holdout", value: decision.wouldBe }]),
      { label: "Engine", value: `version ${decision.engineVersion}` },
    ],
    link: { kind: "journey", ref: decision.journey },
  };
}
