import { fromElsewhere, openLink } from "#server/api/public-link.ts";
import { getRuntime } from "#server/api/runtime.ts";
import { readPreferenceForm } from "#server/contracts/public/preference-form.ts";
import { getPreferences } from "#server/usecases/preferences/get-preferences.ts";
import { updatePreferences } from "#server/usecases/preferences/update-preferences.ts";

/** Keeps a sent preference form. Only a POST changes anything; the answer leads back to the page, so that a reload sends nothing again. */
export async function POST(request: Request, { params }: { params: Promise<{ token: string }> }): Promise<Response> {
  const { token } = await params;
  const { deps, env } = getRuntime();
  const back = `${env.url}/p/${encodeURIComponent(token)}`;
  const link = openLink("preferences", token);
  if (link === null) return Response.redirect(back, 303);
  if (fromElsewhere(request)) return new Response("This form was not sent from our page.", { status: 403 });
  const page = await getPreferences(deps, { customerId: link.customerId });
  const form = await request.formData().catch(() => null);
  const change = page === null || form === null ? null : readPreferenceForm(form, page.preferences, deps.clock.now());
  if (change === null) return new Response("This is not a form we know.", { status: 400 });
  await updatePreferences(deps, { customerId: link.customerId, messageId: link.messageId, change });
  return Response.redirect(`${back}?saved=1`, 303);
}
