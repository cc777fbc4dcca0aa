import { redirect } from "next/navigation";
import { routes } from "#components/routes.ts";
import { requestContext } from "#server/api/request.ts";

/** The start: the console, the sign-in form, or the set-up of an installation that has nobody yet. */
export default async function StartPage() {
  const { user, deps } = await requestContext();
  if (user !== null) redirect(routes.today());
  redirect((await deps.data.users.count(deps.pool)) === 0 ? routes.setup() : routes.signIn());
}
