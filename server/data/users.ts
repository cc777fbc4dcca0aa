import type { Sql } from "./pool.ts";
import type { Db } from "./prisma.ts";

export type UserRow = {
  id: string;
  email: string;
  name: string;
  role: string;
  passwordHash: string | null;
  createdAt: number;
  disabledAt: number | null;
};

type Raw = {
  id: string;
  email: string;
  name: string;
  role: string;
  password_hash: string | null;
  created_at: Date;
  disabled_at: Date | null;
};

function toUser(row: Raw): UserRow {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    passwordHash: row.password_hash,
    createdAt: row.created_at.getTime(),
    disabledAt: row.disabled_at?.getTime() ?? null,
  };
}

/** E-mail addresses of people are kept and compared in lower case. */
export function normaliseEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** In plain SQL: setting up reads accounts too, in processes that never load the typed client. */
export async function findByEmail(sql: Sql, email: string): Promise<UserRow | null> {
  const { rows } = await sql.query<Raw>("SELECT * FROM user_account WHERE email = $1", [normaliseEmail(email)]);
  return rows[0] === undefined ? null : toUser(rows[0]);
}

export async function findById(sql: Sql, id: string): Promise<UserRow | null> {
  const { rows } = await sql.query<Raw>("SELECT * FROM user_account WHERE id = $1", [id]);
  return rows[0] === undefined ? null : toUser(rows[0]);
}

/** For a transaction that changes who may administer: locks every enabled administrator, in id order. */
export async function lockAdmins(tx: Sql): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    "SELECT id FROM user_account WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id FOR UPDATE",
  );
  return rows.map((row) => row.id);
}

/** Everybody by name; those who were disabled come last, the latest first. */
export async function list(db: Db): Promise<UserRow[]> {
  const rows = await db.user_account.findMany({
    orderBy: [{ disabled_at: { sort: "desc", nulls: "first" } }, { name: "asc" }, { id: "asc" }],
    take: 1000,
  });
  return rows.map(toUser);
}

export async function count(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ n: number }>("SELECT count(*) AS n FROM user_account");
  return rows[0]?.n ?? 0;
}

/** False when the address already has an account. */
export async function insert(
  tx: Sql,
  user: { id: string; email: string; name: string; role: string; passwordHash: string; createdAt: number },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO user_account (id, email, name, role, password_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (email) DO NOTHING`,
    [user.id, normaliseEmail(user.email), user.name, user.role, user.passwordHash, new Date(user.createdAt)],
  );
  return rowCount === 1;
}

export async function setRole(tx: Sql, id: string, role: string): Promise<void> {
  await tx.query("UPDATE user_account SET role = $2 WHERE id = $1", [id, role]);
}

export async function setDisabled(tx: Sql, id: string, at: number | null): Promise<void> {
  await tx.query("UPDATE user_account SET disabled_at = $2 WHERE id = $1", [id, at === null ? null : new Date(at)]);
}
