import { fromElsewhere, openLink } from "#server/api/public-link.ts";
import { getRuntime } from "#server/api/runtime.ts";
import { helpAnswerSchema } from "#server/contracts/public/help-answer.ts";
import { reactToHelp } from "#server/usecases/pipeline/react-to-help.ts";
import { whyMessage } from "#server/usecases/sending/why-message.ts";

/** Takes "not now" or "no, thanks" to a message; only a POST does. */
export async function POST(request: Request, { params }: { params: Promise<{ token: string }> }): Promise<Response> {
  const { token } = await params;
  const { deps, env } = getRuntime();
  const back = `${env.url}/why/${encodeURIComponent(token)}`;
  const link = openLink("why", token);
  if (link === null || link.messageId === null) return Response.redirect(back, 303);
  if (fromElsewhere(request)) return new Response("This form was not sent from our page.", { status: 403 });
  const form = await request.formData().catch(() => new FormData());
  const answer = helpAnswerSchema.safeParse(form.get("answer"));
  const why = await whyMessage(deps, { messageId: link.messageId, customerId: link.customerId });
  if (!answer.success || why === null) return Response.redirect(back, 303);
  await reactToHelp(deps, { messageId: why.message.id, reaction: answer.data });
  return Response.redirect(`${back}?noted=1`, 303);
}
