import * as z from "zod";
import type { Sql } from "./pool.ts";
import type { Db } from "./prisma.ts";

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

/** The trail, newest first, with the names of people and keys as they are now. */
export async function list(
  db: Db,
  query: { objectKind: string | null; actorId: string | null; beforeSeq: number | null; limit: number },
): Promise<AuditRow[]> {
  const rows = await db.audit_entry.findMany({
    where: {
      ...(query.objectKind !== null && { object_kind: query.objectKind }),
      ...(query.actorId !== null && { actor_id: query.actorId }),
      ...(query.beforeSeq !== null && { seq: { lt: query.beforeSeq } }),
    },
    orderBy: { seq: "desc" },
    take: query.limit,
  });
  const names = await namesOf(db, rows);
  return rows.map((row) => ({
    seq: Number(row.seq),
    at: row.at.getTime(),
    actorKind: row.actor_kind,
    actorId: row.actor_id,
    actorName: names.get(row.actor_id) ?? null,
    action: row.action,
    objectKind: row.object_kind,
    objectId: row.object_id,
    ip: row.ip,
    before: row.before,
    after: row.after,
    hash: Buffer.from(row.hash).toString("hex"),
  }));
}

const idSchema = z.guid();

/** The trail keeps actors as text, also of people who were never here: only what can be an id is looked up. */
async function namesOf(db: Db, actors: readonly { actor_kind: string; actor_id: string }[]): Promise<Map<string, string>> {
  const idsOf = (kind: string) => [
    ...new Set(actors.filter((each) => each.actor_kind === kind && idSchema.safeParse(each.actor_id).success).map((each) => each.actor_id)),
  ];
  const select = { id: true, name: true };
  const [people, keys] = await Promise.all([
    db.user_account.findMany({ where: { id: { in: idsOf("user") } }, select }),
    db.api_key.findMany({ where: { id: { in: idsOf("api_key") } }, select }),
  ]);
  return new Map([...people, ...keys].map(({ id, name }) => [id, name]));
}

/** The kinds of things that were ever changed, for the filter. */
export async function listObjectKinds(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ kind: string }>("SELECT DISTINCT object_kind AS kind FROM audit_entry ORDER BY 1 LIMIT 50");
  return rows.map((row) => row.kind);
}
