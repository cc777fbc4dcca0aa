import type { Deps } from "#server/deps.ts";
import { hash16 } from "#server/ids.ts";

export type SurveyAnswered =
  | { ok: true; survey: "csat" | "nps" | "ces" }
  | { ok: false; code: "unknown_survey" | "out_of_range" | "too_late" };

/** The scales: CSAT 1–5, NPS 0–10, CES 1–7. */
export const surveyScales = { csat: { from: 1, to: 5 }, nps: { from: 0, to: 10 }, ces: { from: 1, to: 7 } } as const;

const CHANGEABLE_MS = 7 * 86_400_000;
const MAX_COMMENT = 4_000;

/** Which question a message asks; null when it is none of this customer's, or asks nothing. For the page behind a survey link. */
export async function findSurvey(deps: Deps, input: { messageId: string; customerId: string }): Promise<"csat" | "nps" | "ces" | null> {
  const { data } = deps;
  const owner = await data.preferences.findOwner(deps.pool, input.customerId);
  const message = await data.messages.findMessage(deps.pool, input.messageId);
  if (owner === null || message === null || !owner.cluster.includes(message.customerId)) return null;
  const catalog = await deps.catalog.get();
  const journey = catalog.journeyVersions.get(`${message.journeyKey}@${message.journeyVersion}`);
  const node = journey?.definition.nodes.find((one) => one.id === message.nodeId);
  return node?.kind === "survey" ? node.survey : null;
}

/** Keeps the answer to a survey message. Counts once; within a week the last answer is the one that counts. */
export async function recordSurveyAnswer(
  deps: Deps,
  input: { messageId: string; customerId: string; score: number; comment: string | null },
): Promise<SurveyAnswered> {
  const survey = await findSurvey(deps, input);
  if (survey === null) return { ok: false, code: "unknown_survey" };
  const { from, to } = surveyScales[survey];
  if (!Number.isInteger(input.score) || input.score < from || input.score > to) return { ok: false, code: "out_of_range" };
  const { data } = deps;
  return deps.transact(async (tx): Promise<SurveyAnswered> => {
    const message = await data.messages.findMessage(tx, input.messageId);
    if (message === null) return { ok: false, code: "unknown_survey" };
    const at = deps.clock.now();
    const comment = input.comment === null || input.comment.trim() === "" ? null : input.comment.trim().slice(0, MAX_COMMENT);
    const answer = { id: deps.newId(), messageId: message.id, customerId: message.customerId, survey, score: input.score, comment, at };
    if (!(await data.surveyAnswers.saveAnswer(tx, answer, CHANGEABLE_MS))) return { ok: false, code: "too_late" };
    await data.outcomes.insertOutcomes(tx, [
      {
        id: deps.newId(),
        customerId: message.customerId,
        messageId: message.id,
        key: hash16(`survey:${message.id}`),
        kind: "survey_answered",
        at,
        enrollmentId: message.enrollmentId,
        journeyKey: message.journeyKey,
        arm: null,
        detail: { survey, score: input.score },
      },
    ]);
    return { ok: true, survey };
  });
}
