import type { Sql } from "./pool.ts";

/** One answer per message; within `changeableMs` of the first a later one takes its place. False when it came too late to change. */
export async function saveAnswer(
  tx: Sql,
  answer: { id: string; messageId: string; customerId: string; survey: string; score: number; comment: string | null; at: number },
  changeableMs: number,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO survey_answer (id, message_id, customer_id, survey, score, comment, answered_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (message_id) DO UPDATE SET score = excluded.score, comment = coalesce(excluded.comment, survey_answer.comment)
     WHERE survey_answer.answered_at > excluded.answered_at - make_interval(secs => $8)`,
    [answer.id, answer.messageId, answer.customerId, answer.survey, answer.score, answer.comment, new Date(answer.at), changeableMs / 1000],
  );
  return rowCount === 1;
}
