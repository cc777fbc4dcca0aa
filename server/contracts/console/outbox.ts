import * as z from "zod";
import { forward, pageOf, placeSchema } from "./paging.ts";

export const outboxInput = z.strictObject({
  search: z.string().max(200).default(""),
  journey: z.string().max(80).nullable().default(null),
  cursor: placeSchema.nullish(),
  ...forward,
});
export const mailSummarySchema = z.object({
  id: z.uuid(),
  at: z.number(),
  recipient: z.string(),
  subject: z.string(),
  journey: z.object({ key: z.string(), name: z.string() }).nullable(),
  state: z.string().nullable(),
  customerId: z.uuid().nullable(),
});
export type MailSummary = z.infer<typeof mailSummarySchema>;
export const outboxOutput = pageOf(mailSummarySchema, placeSchema);

export const mailSchema = mailSummarySchema.extend({
  sender: z.string(),
  html: z.string().nullable(),
  text: z.string(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  decisionId: z.uuid().nullable(),
});
export type Mail = z.infer<typeof mailSchema>;
