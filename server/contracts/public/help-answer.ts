import * as z from "zod";

/** What a customer can answer to a message on the page that explains it, by the choice that says so. */
export const helpAnswers = { postpone: "snoozed", decline: "declined" } as const;
export const helpAnswerSchema = z.enum(helpAnswers);
export type HelpAnswer = z.infer<typeof helpAnswerSchema>;
