import type { Sql } from "./pool.ts";

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
  reviews: { verdict: string; by: string; comment: string; at: string }[];
  content: unknown;
};

/** The versions of one definition, newest first, with the names of authors and reviewers. */
export async function listVersions(sql: Sql, kind: string, key: string): Promise<VersionRow[]> {
  const { rows } = await sql.query<{
    version: number;
    status: string;
    authors: string[];
    note: string | null;
    created_at: Date;
    submitted_at: Date | null;
    live_at: Date | null;
    reviews: VersionRow["reviews"];
    content: unknown;
  }>(
    `SELECT v.version, v.status, v.note, v.created_at, v.submitted_at, v.live_at, v.content,
       ARRAY(SELECT coalesce(u.name, 'unknown') FROM unnest(v.authors) AS author LEFT JOIN user_account u ON u.id = author) AS authors,
       coalesce((SELECT jsonb_agg(jsonb_build_object('verdict', p.verdict, 'by', u.name, 'comment', p.comment, 'at', p.at) ORDER BY p.at)
         FROM approval p JOIN user_account u ON u.id = p.approver_id WHERE p.artifact_id = v.artifact_id AND p.version = v.version), '[]') AS reviews
     FROM artifact a JOIN artifact_version v ON v.artifact_id = a.id
     WHERE a.kind = $1 AND a.key = $2 ORDER BY v.version DESC LIMIT 100`,
    [kind, key],
  );
  return rows.map((row) => ({
    version: row.version,
    status: row.status,
    authors: row.authors,
    note: row.note,
    createdAt: row.created_at.getTime(),
    submittedAt: row.submitted_at?.getTime() ?? null,
    liveAt: row.live_at?.getTime() ?? null,
    reviews: row.reviews,
    content: row.content,
  }));
}
