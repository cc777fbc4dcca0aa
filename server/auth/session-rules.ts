import type { SessionRow } from "../data/sessions.ts";

const HOUR_MS = 3_600_000;
/** A session unused for this long is over. */
export const IDLE_MS = 12 * HOUR_MS;
/** No session lives longer, however busy. */
export const ABSOLUTE_MS = 7 * 24 * HOUR_MS;
/** `last_seen_at` is written at most this often: a page with ten queries is one write. */
export const TOUCH_EVERY_MS = 60_000;

/** Why a session cannot be used at `now`; null when it can. */
export function refuseSession(session: SessionRow, now: number): "revoked" | "expired" | "idle" | "disabled" | null {
  if (session.revokedAt !== null) return "revoked";
  if (now >= session.expiresAt) return "expired";
  if (now - session.lastSeenAt >= IDLE_MS) return "idle";
  if (session.user.disabledAt !== null) return "disabled";
  return null;
}
