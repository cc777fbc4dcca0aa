import * as z from "zod";
import { channelSchema, keySchema, localizedTextSchema } from "./common-fields.ts";

/** One wording of a response. Text fields are Liquid; `body` is plain text or, for e-mail, Markdown-free HTML. */
export const responseVariantSchema = z.strictObject({
  channel: channelSchema,
  locale: z.string().regex(/^[a-z]{2}(-[A-Z]{2})?$/),
  tone: z.enum(["neutral", "warm", "formal"]),
  subject: z.string().max(300).optional(),
  title: z.string().max(200).optional(),
  body: z.string().min(1).max(60_000),
  /** Where the person can go on: an https, mailto or tel link. */
  action: z.strictObject({ label: z.string().min(1).max(80), url: z.string().min(1).max(1000) }).optional(),
});
export type ResponseVariant = z.infer<typeof responseVariantSchema>;

/** An entry of the shared library: one intent, variants by channel, locale and tone. */
export const responseSchema = z.strictObject({
  key: keySchema,
  name: z.string().min(1).max(120),
  /** What help this is, across channels and journeys: two responses with one intent are the same help to the customer. */
  intent: keySchema,
  /** What the customer gains, in plain words; part of every explanation. */
  benefit: localizedTextSchema,
  /** Variables the texts may use; a variable without a fallback that is missing means: do not send. */
  variables: z
    .array(
      z.strictObject({
        path: z.string().regex(/^(traits|entry|customer|company|links)\.[\w.]+$/),
        fallback: z.string().max(200).optional(),
      }),
    )
    .max(60),
  variants: z.array(responseVariantSchema).min(1).max(200),
});
export type ResponseDefinition = z.infer<typeof responseSchema>;
