import type { Sql } from "./pool.ts";

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

export async function findById(sql: Sql, id: string): Promise<SessionRow | null> {
  const { rows } = await sql.query<{
    id: string;
    user_id: string;
    created_at: Date;
    last_seen_at: Date;
    expires_at: Date;
    revoked_at: Date | null;
    email: string;
    name: string;
    role: string;
    disabled_at: Date | null;
  }>(
    `SELECT s.id, s.user_id, s.created_at, s.last_seen_at, s.expires_at, s.revoked_at, u.email, u.name, u.role, u.disabled_at
     FROM user_session s JOIN user_account u ON u.id = s.user_id WHERE s.id = $1`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    id: row.id,
    userId: row.user_id,
    createdAt: row.created_at.getTime(),
    lastSeenAt: row.last_seen_at.getTime(),
    expiresAt: row.expires_at.getTime(),
    revokedAt: row.revoked_at?.getTime() ?? null,
    user: { email: row.email, name: row.name, role: row.role, disabledAt: row.disabled_at?.getTime() ?? null },
  };
}

/** Notes that the session is in use; never moves the time back. */
export async function touch(sql: Sql, id: string, now: number): Promise<void> {
  await sql.query("UPDATE user_session SET last_seen_at = greatest(last_seen_at, $2) WHERE id = $1", [id, new Date(now)]);
}

export async function revoke(sql: Sql, id: string, now: number): Promise<void> {
  await sql.query("UPDATE user_session SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", [id, new Date(now)]);
}

/** Ends all sessions of a person, but the named one if any. Returns how many were ended. */
export async function revokeAllOf(sql: Sql, userId: string, now: number, keep: string | null): Promise<number> {
  const { rowCount } = await sql.query(
    "UPDATE user_session SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL AND id IS DISTINCT FROM $3::uuid",
    [userId, new Date(now), keep],
  );
  return rowCount ?? 0;
}
