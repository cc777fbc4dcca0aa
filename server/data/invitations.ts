import type { Sql } from "./pool.ts";

export async function insert(
  tx: Sql,
  invitation: { tokenHash: Buffer; email: string | null; role: string; createdBy: string | null; now: number; expiresAt: number },
): Promise<void> {
  await tx.query("INSERT INTO invitation (token_hash, email, role, created_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)", [
    invitation.tokenHash,
    invitation.email,
    invitation.role,
    invitation.createdBy,
    new Date(invitation.now),
    new Date(invitation.expiresAt),
  ]);
}

/** Uses the invitation up; null when it is unknown, used or out of date. Two callers at once: one gets it. */
export async function take(tx: Sql, tokenHash: Buffer, now: number): Promise<{ email: string | null; role: string } | null> {
  const { rows } = await tx.query<{ email: string | null; role: string }>(
    `UPDATE invitation SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING email, role`,
    [tokenHash, new Date(now)],
  );
  return rows[0] ?? null;
}
