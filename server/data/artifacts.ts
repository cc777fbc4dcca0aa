import type { ArtifactKind } from "../domain/definitions/catalog.ts";
import type { ReviewVerdict, VersionStatus } from "../domain/governance/life-cycle.ts";
import type { Sql } from "./pool.ts";

export type ArtifactRow = {
  id: string;
  kind: ArtifactKind;
  key: string;
  name: string;
  liveVersion: number | null;
  suspendedAt: number | null;
};
export type VersionRow = {
  artifactId: string;
  version: number;
  status: VersionStatus;
  content: unknown;
  contentHash: string;
  revision: number;
  authors: string[];
  note: string | null;
  submittedBy: string | null;
  createdAt: number;
  updatedAt: number;
  liveAt: number | null;
};

type ArtifactRecord = { id: string; kind: ArtifactKind; key: string; name: string; live_version: number | null; suspended_at: Date | null };
type VersionRecord = {
  artifact_id: string;
  version: number;
  status: VersionStatus;
  content: unknown;
  content_hash: string;
  revision: number;
  authors: string[];
  note: string | null;
  submitted_by: string | null;
  created_at: Date;
  updated_at: Date;
  live_at: Date | null;
};

function toArtifact(row: ArtifactRecord): ArtifactRow {
  return {
    id: row.id,
    kind: row.kind,
    key: row.key,
    name: row.name,
    liveVersion: row.live_version,
    suspendedAt: row.suspended_at?.getTime() ?? null,
  };
}

function toVersion(row: VersionRecord): VersionRow {
  return {
    artifactId: row.artifact_id,
    version: row.version,
    status: row.status,
    content: row.content,
    contentHash: row.content_hash,
    revision: row.revision,
    authors: row.authors,
    note: row.note,
    submittedBy: row.submitted_by,
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    liveAt: row.live_at?.getTime() ?? null,
  };
}

/** Locks the artifact: every step of a life cycle is serial. */
export async function lockByKey(tx: Sql, kind: ArtifactKind, key: string): Promise<ArtifactRow | null> {
  const result = await tx.query<ArtifactRecord>("SELECT * FROM artifact WHERE kind = $1 AND key = $2 FOR UPDATE", [kind, key]);
  const row = result.rows[0];
  return row === undefined ? null : toArtifact(row);
}

export async function insertArtifact(
  tx: Sql,
  artifact: { id: string; kind: ArtifactKind; key: string; name: string; createdAt: number },
): Promise<void> {
  await tx.query("INSERT INTO artifact (id, kind, key, name, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (kind, key) DO NOTHING", [
    artifact.id,
    artifact.kind,
    artifact.key,
    artifact.name,
    new Date(artifact.createdAt),
  ]);
}

export async function setLive(tx: Sql, artifactId: string, version: number, name: string): Promise<void> {
  await tx.query(
    "UPDATE artifact SET live_version = $2, name = $3, retired_at = NULL, suspended_at = NULL, suspended_reason = NULL WHERE id = $1",
    [artifactId, version, name],
  );
}

export async function setRetired(tx: Sql, artifactId: string, at: number): Promise<void> {
  await tx.query("UPDATE artifact SET live_version = NULL, retired_at = $2 WHERE id = $1", [artifactId, new Date(at)]);
}

export async function setSuspended(tx: Sql, artifactId: string, at: number | null, reason: string | null): Promise<void> {
  await tx.query("UPDATE artifact SET suspended_at = $2, suspended_reason = $3 WHERE id = $1", [
    artifactId,
    at === null ? null : new Date(at),
    reason,
  ]);
}

export async function findVersion(sql: Sql, artifactId: string, version: number): Promise<VersionRow | null> {
  const result = await sql.query<VersionRecord>("SELECT * FROM artifact_version WHERE artifact_id = $1 AND version = $2", [
    artifactId,
    version,
  ]);
  const row = result.rows[0];
  return row === undefined ? null : toVersion(row);
}

export async function findDraft(sql: Sql, artifactId: string): Promise<VersionRow | null> {
  const result = await sql.query<VersionRecord>("SELECT * FROM artifact_version WHERE artifact_id = $1 AND status = 'draft'", [artifactId]);
  const row = result.rows[0];
  return row === undefined ? null : toVersion(row);
}

export async function insertDraft(
  tx: Sql,
  draft: { artifactId: string; content: unknown; contentHash: string; authorId: string; note: string | null; at: number },
): Promise<number> {
  const result = await tx.query<{ version: number }>(
    `INSERT INTO artifact_version (artifact_id, version, status, content, content_hash, authors, note, created_at, updated_at)
     SELECT $1, coalesce(max(version), 0) + 1, 'draft', $2, $3, ARRAY[$4::uuid], $5, $6, $6 FROM artifact_version WHERE artifact_id = $1
     RETURNING version`,
    [draft.artifactId, JSON.stringify(draft.content), draft.contentHash, draft.authorId, draft.note, new Date(draft.at)],
  );
  const row = result.rows[0];
  if (row === undefined) throw new Error("insert of a draft returned no version");
  return row.version;
}

/** Saves a draft when nobody saved it since `expectedRevision`; null tells that somebody did. Everyone who saves becomes an author. */
export async function updateDraft(
  tx: Sql,
  draft: {
    artifactId: string;
    version: number;
    expectedRevision: number;
    content: unknown;
    contentHash: string;
    authorId: string;
    at: number;
  },
): Promise<number | null> {
  const result = await tx.query<{ revision: number }>(
    `UPDATE artifact_version SET content = $4, content_hash = $5, revision = revision + 1, updated_at = $7,
       authors = CASE WHEN $6::uuid = ANY(authors) THEN authors ELSE authors || $6::uuid END
     WHERE artifact_id = $1 AND version = $2 AND revision = $3 AND status = 'draft' RETURNING revision`,
    [
      draft.artifactId,
      draft.version,
      draft.expectedRevision,
      JSON.stringify(draft.content),
      draft.contentHash,
      draft.authorId,
      new Date(draft.at),
    ],
  );
  return result.rows[0]?.revision ?? null;
}

/** Moves a version from one status to another; false when it was not in `from` any more. */
export async function moveVersion(
  tx: Sql,
  move: { artifactId: string; version: number; from: readonly VersionStatus[]; to: VersionStatus; at: number; by: string | null },
): Promise<boolean> {
  const result = await tx.query(
    `UPDATE artifact_version SET status = $4, updated_at = $5,
       submitted_at = CASE WHEN $4 = 'submitted' THEN $5 ELSE submitted_at END,
       submitted_by = CASE WHEN $4 = 'submitted' THEN $6::uuid ELSE submitted_by END,
       approved_at = CASE WHEN $4 = 'approved' THEN $5 ELSE approved_at END,
       live_at = CASE WHEN $4 = 'live' THEN $5 ELSE live_at END
     WHERE artifact_id = $1 AND version = $2 AND status = ANY($3)`,
    [move.artifactId, move.version, move.from, move.to, new Date(move.at), move.by],
  );
  return result.rowCount === 1;
}

export async function insertApproval(
  tx: Sql,
  approval: {
    id: string;
    artifactId: string;
    version: number;
    approverId: string;
    verdict: ReviewVerdict;
    comment: string;
    contentHash: string;
    at: number;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO approval (id, artifact_id, version, approver_id, verdict, comment, content_hash, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      approval.id,
      approval.artifactId,
      approval.version,
      approval.approverId,
      approval.verdict,
      approval.comment,
      approval.contentHash,
      new Date(approval.at),
    ],
  );
}

export async function listApprovals(
  sql: Sql,
  artifactId: string,
  version: number,
): Promise<{ approverId: string; verdict: ReviewVerdict; contentHash: string }[]> {
  const result = await sql.query<{ approver_id: string; verdict: ReviewVerdict; content_hash: string }>(
    "SELECT approver_id, verdict, content_hash FROM approval WHERE artifact_id = $1 AND version = $2 ORDER BY at",
    [artifactId, version],
  );
  return result.rows.map((row) => ({ approverId: row.approver_id, verdict: row.verdict, contentHash: row.content_hash }));
}

/** Live definitions with their content, for export. */
export async function listLive(sql: Sql): Promise<{ kind: ArtifactKind; key: string; version: number; content: unknown }[]> {
  const result = await sql.query<{ kind: ArtifactKind; key: string; version: number; content: unknown }>(
    `SELECT a.kind, a.key, v.version, v.content FROM artifact a
     JOIN artifact_version v ON v.artifact_id = a.id AND v.version = a.live_version ORDER BY a.kind, a.key`,
  );
  return result.rows;
}

/** The approver as the database knows them now: a role taken away a moment ago counts. */
export async function findApprover(tx: Sql, userId: string): Promise<{ id: string; role: string; disabled: boolean } | null> {
  const result = await tx.query<{ id: string; role: string; disabled: boolean }>(
    "SELECT id, role, disabled_at IS NOT NULL AS disabled FROM user_account WHERE id = $1 FOR SHARE",
    [userId],
  );
  return result.rows[0] ?? null;
}

/** Tells every process that live definitions changed. */
export async function bumpCatalogEpoch(tx: Sql, at: number): Promise<void> {
  await tx.query("UPDATE control SET catalog_epoch = catalog_epoch + 1, updated_at = $1 WHERE id = 1", [new Date(at)]);
}

/** The live version and the open draft of an artifact, if any. */
export async function findCurrent(
  sql: Sql,
  kind: ArtifactKind,
  key: string,
): Promise<{ version: number; contentHash: string; status: VersionStatus }[]> {
  const result = await sql.query<{ version: number; content_hash: string; status: VersionStatus }>(
    `SELECT v.version, v.content_hash, v.status FROM artifact a JOIN artifact_version v ON v.artifact_id = a.id
     WHERE a.kind = $1 AND a.key = $2 AND v.status IN ('live', 'draft')`,
    [kind, key],
  );
  return result.rows.map((row) => ({ version: row.version, contentHash: row.content_hash, status: row.status }));
}

export async function contentHashOf(sql: Sql, artifactId: string, version: number): Promise<string> {
  const found = await findVersion(sql, artifactId, version);
  if (found === null) throw new Error(`version ${version} of artifact ${artifactId} is missing`);
  return found.contentHash;
}
