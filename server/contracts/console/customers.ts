import * as z from "zod";
import { forward, pageOf, placeSchema } from "./paging.ts";
import { storyKindSchema } from "./story.ts";

export const customerListInput = z.strictObject({
  search: z.string().max(200).default(""),
  situation: z.string().max(80).nullable().default(null),
  journey: z.string().max(80).nullable().default(null),
  cursor: placeSchema.nullish(),
  ...forward,
});
export const customerListItemSchema = z.object({
  id: z.uuid(),
  /** Name, else address, else id: masked where the role may not see it. */
  label: z.string(),
  userId: z.string().nullable(),
  email: z.string().nullable(),
  emailVerified: z.boolean().nullable(),
  timezone: z.string().nullable(),
  seenAt: z.number(),
  situations: z.array(z.object({ key: z.string(), name: z.string() })),
  activeJourneys: z.number(),
  erased: z.boolean(),
});
export type CustomerListItem = z.infer<typeof customerListItemSchema>;
export const customerListOutput = pageOf(customerListItemSchema, placeSchema);

export const customerInput = z.strictObject({ id: z.uuid() });

const curvePoint = z.object({ at: z.number(), strength: z.number() });
export const signalViewSchema = z.object({
  key: z.string(),
  name: z.string(),
  clue: z.string(),
  strength: z.number(),
  confidence: z.number(),
  lastHitAt: z.number().nullable(),
  halfLifeMs: z.number(),
  /** From now on, if nothing else happens. */
  curve: z.array(curvePoint),
});
export type SignalView = z.infer<typeof signalViewSchema>;

export const customerSchema = z.object({
  id: z.uuid(),
  /** Another id was asked for, and it was merged into this customer. */
  mergedFrom: z.uuid().nullable(),
  label: z.string(),
  masked: z.boolean(),
  userId: z.string().nullable(),
  locale: z.object({ value: z.string(), source: z.string() }),
  timezone: z.object({ value: z.string(), source: z.string() }),
  createdAt: z.number(),
  lastSeenAt: z.number().nullable(),
  erasedAt: z.number().nullable(),
  contaminated: z.boolean(),
  traits: z.array(z.object({ key: z.string(), value: z.string() })),
  identities: z.array(z.object({ kind: z.enum(["user", "anonymous"]), value: z.string(), at: z.number() })),
  addresses: z.array(
    z.object({
      kind: z.enum(["email", "phone"]),
      value: z.string(),
      verified: z.boolean(),
      suppressed: z.string().nullable(),
      at: z.number(),
    }),
  ),
  consent: z.array(
    z.object({ purpose: z.string(), channel: z.string(), state: z.string(), basis: z.string(), source: z.string(), at: z.number() }),
  ),
  preference: z
    .object({
      topicsOff: z.array(z.string()),
      channelsOff: z.array(z.string()),
      preferredChannel: z.string().nullable(),
      quietHours: z.object({ from: z.string(), to: z.string() }).nullable(),
      snoozedUntil: z.number().nullable(),
      helpOff: z.boolean(),
    })
    .nullable(),
  situations: z.array(
    z.object({ key: z.string(), name: z.string(), meaning: z.string(), episode: z.number(), enteredAt: z.number(), score: z.number() }),
  ),
  signals: z.array(signalViewSchema),
  evaluatedAt: z.number(),
});
export type CustomerView = z.infer<typeof customerSchema>;

export const storyInput = z.strictObject({
  id: z.uuid(),
  kinds: z.array(storyKindSchema).max(20).default([]),
  cursor: placeSchema.nullish(),
  ...forward,
});
