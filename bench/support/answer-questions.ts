import * as z from "zod";

const questionSchema = z.object({ id: z.number(), ask: z.string(), count: z.number().optional(), each: z.boolean().optional() });
export type Question = z.infer<typeof questionSchema>;

/** The child's half of the conversation: answers the parent's questions and says that it is ready. */
export function answerQuestions(answer: (question: Question) => Promise<unknown>): void {
  process.on("message", async (message) => {
    const question = questionSchema.parse(message);
    process.send?.({ id: question.id, answer: (await answer(question)) ?? null });
  });
  process.send?.({ ready: true });
}
