import type { Sql } from "./pool.ts";
import type { Db } from "./prisma.ts";

export type DefinitionRow = {
  key: string;
  name: string;
  liveVersion: number | null;
  suspendedReason: string | null;
  content: unknown;
  faults: number;
  lastFault: string | null;
};

/** Definitions of one kind that were not retired, each with its live content, or its newest when none is live. */
export async function list(sql: Sql, kind: string): Promise<DefinitionRow[]> {
  const { rows } = await sql.query<{
    key: string;
    name: string;
    live_version: number | null;
    suspended_reason: string | null;
    content: unknown;
    faults: number;
    last_fault: string | null;
  }>(
    `SELECT a.key, a.name, a.live_version, a.suspended_reason, v.content, coalesce(f.count, 0) AS faults, f.message AS last_fault
     FROM artifact a
     CROSS JOIN LATERAL (SELECT content, version FROM artifact_version v WHERE v.artifact_id = a.id
       ORDER BY v.version = a.live_version DESC NULLS LAST, v.version DESC LIMIT 1) v
     LEFT JOIN definition_fault f ON f.kind = a.kind AND f.key = a.key AND f.version = v.version
     WHERE a.kind = $1 AND a.retired_at IS NULL ORDER BY a.name, a.key LIMIT 1000`,
    [kind],
  );
  return rows.map((row) => ({
    key: row.key,
    name: row.name,
    liveVersion: row.live_version,
    suspendedReason: row.suspended_reason,
    content: row.content,
    faults: row.faults,
    lastFault: row.last_fault,
  }));
}

export type VersionRow = {
  version: number;
  status: string;
  authors: string[];
  note: string | null;
  createdAt: number;
  submittedAt: number | null;
  liveAt: number | null;
  reviews: { verdict: string; by: string; comment: string; at: number }[];
  content: unknown;
};

/** The versions of one definition, newest first, with the names of authors and reviewers. */
export async function listVersions(db: Db, kind: string, key: string): Promise<VersionRow[]> {
  // from the versions: the schema takes the index "one draft per artifact" for "one version per artifact", so the way back is cut
  const rows = await db.artifact_version.findMany({
    where: { artifact: { kind, key } },
    select: {
      version: true,
      status: true,
      authors: true,
      note: true,
      created_at: true,
      submitted_at: true,
      live_at: true,
      content: true,
      approval: {
        select: { verdict: true, comment: true, at: true, user_account: { select: { name: true } } },
        orderBy: [{ at: "asc" }, { id: "asc" }],
      },
    },
    orderBy: { version: "desc" },
    take: 100,
  });
  const authors = await db.user_account.findMany({
    where: { id: { in: [...new Set(rows.flatMap((row) => row.authors))] } },
    select: { id: true, name: true },
  });
  const names = new Map(authors.map(({ id, name }) => [id, name]));
  return rows.map((row) => ({
    version: row.version,
    status: row.status,
    authors: row.authors.map((id) => names.get(id) ?? "unknown"),
    note: row.note,
    createdAt: row.created_at.getTime(),
    submittedAt: row.submitted_at?.getTime() ?? null,
    liveAt: row.live_at?.getTime() ?? null,
    reviews: row.approval.map(({ verdict, comment, at, user_account }) => ({ verdict, by: user_account.name, comment, at: at.getTime() })),
    content: row.content,
  }));
}
