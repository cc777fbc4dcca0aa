"use server";
import { redirect } from "next/navigation";
import type { NewAccountState } from "#components/auth/new-account-form.tsx";
import { routes } from "#components/routes.ts";
import { requestContext } from "#server/api/request.ts";
import { newAccountSchema } from "#server/contracts/console/settings.ts";
import { hashPassword } from "#server/password.ts";
import { acceptInvitation } from "#server/usecases/setup/accept-invitation.ts";
import { createFirstAdmin } from "#server/usecases/setup/create-first-admin.ts";

const refusals = {
  token: "This token is not valid: it may be used up or out of date.",
  taken: "There is an account already. Sign in instead.",
};

async function createAccount(create: typeof createFirstAdmin | typeof acceptInvitation, form: FormData): Promise<NewAccountState> {
  const given = Object.fromEntries([...form].filter(([name]) => !name.startsWith("$")));
  const parsed = newAccountSchema.safeParse(given);
  if (!parsed.success) {
    return { message: null, errors: Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message])) };
  }
  const { deps, ip } = await requestContext();
  const { password, ...account } = parsed.data;
  const result = await create(deps, { ...account, passwordHash: await hashPassword(password), ip });
  if (!result.ok) return { message: refusals[result.reason], errors: {} };
  redirect(`${routes.signIn()}?joined=1`);
}

export async function createAdministrator(_before: NewAccountState, form: FormData): Promise<NewAccountState> {
  return createAccount(createFirstAdmin, form);
}

export async function joinByInvitation(_before: NewAccountState, form: FormData): Promise<NewAccountState> {
  return createAccount(acceptInvitation, form);
}
