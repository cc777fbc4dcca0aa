import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { NewAccountForm } from "#components/auth/new-account-form.tsx";
import { routes } from "#components/routes.ts";
import { requestContext } from "#server/api/request.ts";
import { createAdministrator } from "../new-account.ts";

export const metadata: Metadata = { title: "Set up" };

export default async function SetupPage() {
  const { deps } = await requestContext();
  if ((await deps.data.users.count(deps.pool)) > 0) redirect(routes.signIn());
  return (
    <NewAccountForm
      title="Set up Tact"
      lead="Create the first administrator. The one-time token is printed where Tact was started."
      submit="Create the account"
      action={createAdministrator}
    />
  );
}
