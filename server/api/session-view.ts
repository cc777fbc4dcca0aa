import type { CurrentUser } from "../auth/current-user.ts";
import { permissionsOf, roleNames } from "../auth/permissions.ts";
import type { Env } from "../config/env.ts";
import type { SessionView } from "../contracts/console/session.ts";
import type { Deps } from "../deps.ts";

/** What every screen knows about the person in front of it. The permissions only decide what is shown: the procedures decide what is done. */
export async function sessionView({ deps, env, user }: { deps: Deps; env: Env; user: CurrentUser }): Promise<SessionView> {
  const host = new URL(env.url).hostname;
  const loopback = host === "localhost" || host === "127.0.0.1" || host === "[::1]";
  return {
    user: { id: user.id, name: user.name, email: user.email, role: user.role, roleName: roleNames[user.role] },
    permissions: permissionsOf(user.role),
    company: await deps.data.consoleSettings.readCompany(await deps.db()),
    mail: env.smtpUrl === null ? "sandbox" : "smtp",
    insecure: env.url.startsWith("http:") && !loopback,
  };
}
