import type { Sql } from "./pool.ts";

export type AuditRow = {
  seq: number;
  at: number;
  actorKind: string;
  actorId: string;
  actorName: string | null;
  action: string;
  objectKind: string;
  objectId: string;
  ip: string | null;
  before: unknown;
  after: unknown;
  hash: string;
};

/** The trail, newest first, with the names of people as they are now. */
export async function list(
  sql: Sql,
  query: { objectKind: string | null; actorId: string | null; beforeSeq: number | null; limit: number },
): Promise<AuditRow[]> {
  const { rows } = await sql.query<Omit<AuditRow, "at" | "hash"> & { at: Date; hash: Buffer }>(
    `SELECT e.seq, e.at, e.actor_kind AS "actorKind", e.actor_id AS "actorId", coalesce(u.name, k.name) AS "actorName", e.action,
       e.object_kind AS "objectKind", e.object_id AS "objectId", e.ip, e.before, e.after, e.hash
     FROM audit_entry e
     LEFT JOIN user_account u ON e.actor_kind = 'user' AND u.id::text = e.actor_id
     LEFT JOIN api_key k ON e.actor_kind = 'api_key' AND k.id::text = e.actor_id
     WHERE ($1::text IS NULL OR e.object_kind = $1) AND ($2::text IS NULL OR e.actor_id = $2) AND ($3::bigint IS NULL OR e.seq < $3)
     ORDER BY e.seq DESC LIMIT $4`,
    [query.objectKind, query.actorId, query.beforeSeq, query.limit],
  );
  return rows.map((row) => ({ ...row, at: row.at.getTime(), hash: row.hash.toString("hex") }));
}

/** The kinds of things that were ever changed, for the filter. */
export async function listObjectKinds(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ kind: string }>("SELECT DISTINCT object_kind AS kind FROM audit_entry ORDER BY 1 LIMIT 50");
  return rows.map((row) => row.kind);
}
