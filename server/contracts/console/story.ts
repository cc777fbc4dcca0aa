import * as z from "zod";
import { pageOf, placeSchema } from "./paging.ts";

/** What a customer's story is made of, in the order the filter shows. */
export const storyKinds = [
  "event",
  "transition",
  "journey",
  "decision",
  "message",
  "reaction",
  "outcome",
  "order",
  "case",
  "task",
  "consent",
] as const;
export const storyKindSchema = z.enum(storyKinds);
export type StoryKind = (typeof storyKinds)[number];

const fact = z.object({ label: z.string(), value: z.string() });

/** One guard's verdict in words. */
export const guardViewSchema = z.object({ guard: z.string(), outcome: z.string(), text: z.string(), decided: z.boolean() });
export type GuardView = z.infer<typeof guardViewSchema>;

export const storyItemSchema = z.object({
  kind: storyKindSchema,
  id: z.uuid(),
  at: z.number(),
  /** The one line that says what happened. */
  title: z.string(),
  /** Plain words under it. */
  detail: z.string().nullable(),
  tone: z.enum(["neutral", "good", "warn", "bad"]),
  /** Short mark at the right, such as a verdict or a state. */
  mark: z.string().nullable(),
  /** More of the reasons, one sentence each. */
  notes: z.array(z.string()),
  facts: z.array(fact),
  guards: z.array(guardViewSchema),
  /** A mail of the outbox, or a journey. */
  link: z.object({ kind: z.enum(["mail", "journey"]), ref: z.string() }).nullable(),
});
export type StoryItem = z.infer<typeof storyItemSchema>;
export const storyOutput = pageOf(storyItemSchema, placeSchema);
