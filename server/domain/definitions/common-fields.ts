import * as z from "zod";

/** Keys name definitions across versions, in files, rules and URLs. */
export const keySchema = z.string().regex(/^[a-z][a-z0-9_]{1,62}$/, "must be lower-case letters, digits and _, starting with a letter");
/** A duration in milliseconds, at most 400 days. */
export const durationMsSchema = z
  .number()
  .int()
  .min(0)
  .max(400 * 86_400_000);
export const shareSchema = z.number().min(0).max(1);

export const channels = ["in_page", "in_app", "email", "sms", "push", "whatsapp", "webhook", "agent", "call"] as const;
export const channelSchema = z.enum(channels);
export type Channel = (typeof channels)[number];

/** Lawful purposes (DESIGN §15): service = contract, proactive_help = as the policy says, marketing = opt-in. */
export const purposes = ["service", "proactive_help", "marketing"] as const;
export const purposeSchema = z.enum(purposes);
export type Purpose = (typeof purposes)[number];

/** What kind of message it is; one table says which guards each class may skip. */
export const messageClasses = ["service", "help", "marketing", "critical", "incident_notice"] as const;
export const messageClassSchema = z.enum(messageClasses);
export type MessageClass = (typeof messageClasses)[number];

/** Customer-facing text by locale; `en` is required and is the last fallback. */
export const localizedTextSchema = z
  .record(z.string().regex(/^[a-z]{2}(-[A-Z]{2})?$/), z.string().min(1).max(500))
  .refine((text) => "en" in text, { message: "needs an English text (en)" });
export type LocalizedText = z.infer<typeof localizedTextSchema>;
