import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { findCurrentUser } from "../auth/current-user.ts";
import { can, type Permission } from "../auth/permissions.ts";
import { sessionCookie, sessionIdFrom } from "../auth/session-token.ts";
import { getRuntime } from "./runtime.ts";
import type { ApiContext } from "./trpc.ts";

/** The address the gateway saw; the gateway sets this header itself and drops what came in. */
function addressIn(all: Headers): string | null {
  return all.get("x-forwarded-for")?.split(",")[0]?.trim() || null;
}

/** Where a request comes from, for attempts, sessions and the audit trail. */
export async function requestOrigin(): Promise<{ ip: string | null; userAgent: string | null }> {
  const all = await headers();
  return { ip: addressIn(all), userAgent: all.get("user-agent") };
}

/** Who asks, and what a procedure needs; read once per request. */
export const requestContext = cache(async (): Promise<ApiContext> => {
  const { deps, env, log } = getRuntime();
  const sessionId = await sessionIdFrom(env, (await cookies()).get(sessionCookie(env).name)?.value);
  const user = sessionId === null ? null : await findCurrentUser(deps, sessionId);
  return { deps, env, log, user, ip: (await requestOrigin()).ip };
});

/** The signed-in person's context for a page, or the way to the sign-in form. */
export async function requireUser(): Promise<ApiContext & { user: NonNullable<ApiContext["user"]> }> {
  const context = await requestContext();
  if (context.user === null) redirect("/sign-in");
  return { ...context, user: context.user };
}

/** May this person see the page? The procedures behind it decide again. */
export async function mayOpen(permission: Permission): Promise<boolean> {
  const { user } = await requireUser();
  return can(user.role, permission);
}
