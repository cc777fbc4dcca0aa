import * as z from "zod";
import { fromElsewhere, openLink } from "#server/api/public-link.ts";
import { getRuntime } from "#server/api/runtime.ts";
import { recordSurveyAnswer } from "#server/usecases/sending/record-survey-answer.ts";

const answerSchema = z.object({ score: z.coerce.number().int(), comment: z.string().max(4000).nullable() });

/** Keeps a survey answer; only a POST does. */
export async function POST(request: Request, { params }: { params: Promise<{ token: string }> }): Promise<Response> {
  const { token } = await params;
  const { deps, env } = getRuntime();
  const back = `${env.url}/survey/${encodeURIComponent(token)}`;
  const link = openLink("survey", token);
  if (link === null || link.messageId === null) return Response.redirect(back, 303);
  if (fromElsewhere(request)) return new Response("This form was not sent from our page.", { status: 403 });
  const form = await request.formData().catch(() => new FormData());
  const answer = answerSchema.safeParse({ score: form.get("score"), comment: form.get("comment") });
  if (!answer.success) return Response.redirect(back, 303);
  const result = await recordSurveyAnswer(deps, { messageId: link.messageId, customerId: link.customerId, ...answer.data });
  return Response.redirect(result.ok ? `${back}?sent=ok` : result.code === "too_late" ? `${back}?sent=too_late` : back, 303);
}
