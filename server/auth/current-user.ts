import type { Deps } from "../deps.ts";
import { isRole, type Role } from "./permissions.ts";
import { refuseSession, TOUCH_EVERY_MS } from "./session-rules.ts";

/** Who is asking, as the account is now: a changed role or a disabled account counts from the next request on. */
export type CurrentUser = { id: string; sessionId: string; email: string; name: string; role: Role };

/** The one place where a session becomes a person. Null when the session is unknown, over or its account disabled. */
export async function findCurrentUser(deps: Deps, sessionId: string): Promise<CurrentUser | null> {
  const now = deps.clock.now();
  const db = await deps.db();
  const session = await deps.data.sessions.findById(db, sessionId);
  if (session === null || refuseSession(session, now) !== null || !isRole(session.user.role)) return null;
  if (now - session.lastSeenAt >= TOUCH_EVERY_MS) await deps.data.sessions.touch(db, session.id, now);
  return { id: session.userId, sessionId: session.id, email: session.user.email, name: session.user.name, role: session.user.role };
}
