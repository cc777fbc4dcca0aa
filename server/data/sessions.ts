import type { Sql } from "./pool.ts";
import type { Db } from "./prisma.ts";

/** A session with the account it belongs to, as it is now. */
export type SessionRow = {
  id: string;
  userId: string;
  createdAt: number;
  lastSeenAt: number;
  expiresAt: number;
  revokedAt: number | null;
  user: { email: string; name: string; role: string; disabledAt: number | null };
};

export type NewSession = { id: string; userId: string; now: number; expiresAt: number; ip: string | null; userAgent: string | null };

export async function insert(sql: Sql, session: NewSession): Promise<void> {
  await sql.query(
    `INSERT INTO user_session (id, user_id, created_at, last_seen_at, expires_at, ip, user_agent) VALUES ($1, $2, $3, $3, $4, $5, $6)`,
    [session.id, session.userId, new Date(session.now), new Date(session.expiresAt), session.ip, session.userAgent],
  );
}

export async function findById(db: Db, id: string): Promise<SessionRow | null> {
  const row = await db.user_session.findUnique({
    where: { id },
    select: {
      id: true,
      user_id: true,
      created_at: true,
      last_seen_at: true,
      expires_at: true,
      revoked_at: true,
      user_account: { select: { email: true, name: true, role: true, disabled_at: true } },
    },
  });
  if (row === null) return null;
  const user = row.user_account;
  return {
    id: row.id,
    userId: row.user_id,
    createdAt: row.created_at.getTime(),
    lastSeenAt: row.last_seen_at.getTime(),
    expiresAt: row.expires_at.getTime(),
    revokedAt: row.revoked_at?.getTime() ?? null,
    user: { email: user.email, name: user.name, role: user.role, disabledAt: user.disabled_at?.getTime() ?? null },
  };
}

/** Notes that the session is in use; never moves the time back. */
export async function touch(db: Db, id: string, now: number): Promise<void> {
  const at = new Date(now);
  await db.user_session.updateMany({ where: { id, last_seen_at: { lt: at } }, data: { last_seen_at: at } });
}

export async function revoke(db: Db, id: string, now: number): Promise<void> {
  await db.user_session.updateMany({ where: { id, revoked_at: null }, data: { revoked_at: new Date(now) } });
}

/** Ends all sessions of a person, but the named one if any. Returns how many were ended. */
export async function revokeAllOf(sql: Sql, userId: string, now: number, keep: string | null): Promise<number> {
  const { rowCount } = await sql.query(
    "UPDATE user_session SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL AND id IS DISTINCT FROM $3::uuid",
    [userId, new Date(now), keep],
  );
  return rowCount ?? 0;
}
