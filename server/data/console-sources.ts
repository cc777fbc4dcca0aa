import type { Sql } from "./pool.ts";
import type { SourceKind } from "./sources.ts";

export type SourceKeyRow = {
  id: string;
  sourceId: string;
  kind: "write" | "api";
  name: string;
  prefix: string;
  scopes: string[];
  createdAt: number;
  lastUsedAt: number | null;
  revokedAt: number | null;
};
export type SourceRow = {
  id: string;
  key: string;
  name: string;
  kind: SourceKind;
  triggerMaxAgeMs: number;
  allowedOrigins: string[];
  hasSecret: boolean;
  createdAt: number;
  disabledAt: number | null;
  quarantined: number;
};

/** Sources by name, disabled ones last; only whether there is a secret is read, never the secret. */
export async function listSources(sql: Sql, id: string | null): Promise<SourceRow[]> {
  const { rows } = await sql.query<{
    id: string;
    key: string;
    name: string;
    kind: SourceKind;
    trigger_max_age_ms: number;
    allowed_origins: string[];
    has_secret: boolean;
    created_at: Date;
    disabled_at: Date | null;
    quarantined: number;
  }>(
    `SELECT s.id, s.key, s.name, s.kind, s.trigger_max_age_ms, s.allowed_origins, s.hmac_secret IS NOT NULL AS has_secret, s.created_at,
       s.disabled_at, coalesce(q.count, 0) AS quarantined
     FROM source s
     LEFT JOIN (SELECT e.source_id, count(*) AS count FROM event_quarantine q JOIN events e ON e.id = q.event_id
       WHERE q.released_at IS NULL GROUP BY e.source_id) q ON q.source_id = s.id
     WHERE $1::uuid IS NULL OR s.id = $1
     ORDER BY s.disabled_at IS NOT NULL, s.name, s.id LIMIT 200`,
    [id],
  );
  return rows.map((row) => ({
    id: row.id,
    key: row.key,
    name: row.name,
    kind: row.kind,
    triggerMaxAgeMs: row.trigger_max_age_ms,
    allowedOrigins: row.allowed_origins,
    hasSecret: row.has_secret,
    createdAt: row.created_at.getTime(),
    disabledAt: row.disabled_at?.getTime() ?? null,
    quarantined: row.quarantined,
  }));
}

/** The keys of these sources, usable ones first, then by age; a key itself is nowhere to be read. */
export async function listKeys(sql: Sql, sourceIds: readonly string[]): Promise<SourceKeyRow[]> {
  const { rows } = await sql.query<{
    id: string;
    source_id: string;
    kind: "write" | "api";
    name: string;
    prefix: string;
    scopes: string[];
    created_at: Date;
    last_used_at: Date | null;
    revoked_at: Date | null;
  }>(
    `SELECT id, source_id, kind, name, prefix, scopes, created_at, last_used_at, revoked_at FROM api_key WHERE source_id = ANY($1::uuid[])
     ORDER BY revoked_at IS NOT NULL, created_at, id`,
    [sourceIds],
  );
  return rows.map((row) => ({
    id: row.id,
    sourceId: row.source_id,
    kind: row.kind,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    createdAt: row.created_at.getTime(),
    lastUsedAt: row.last_used_at?.getTime() ?? null,
    revokedAt: row.revoked_at?.getTime() ?? null,
  }));
}

/** Counting further back than this many events would cost more than it tells. */
const COUNTED_EVENTS = 200_000;

export type Volume = { sourceId: string; hour: number; count: number; lastHour: number; newestAt: number };
export type Volumes = { rows: Volume[]; countedFrom: number; complete: boolean };

/**
 * Events of each source and clock hour since `since`, and how many of them came after `lastHourSince`. Events have no index by source, so
 * the newest are counted for all sources at once, and no more of them than can be counted while somebody waits: `countedFrom` says how
 * far back that was.
 */
export async function countByHour(sql: Sql, since: number, lastHourSince: number): Promise<Volumes> {
  const { rows } = await sql.query<{ source_id: string; hour: Date; count: number; last_hour: number; oldest: Date; newest: Date }>(
    `SELECT source_id, date_trunc('hour', received_at) AS hour, count(*) AS count, count(*) FILTER (WHERE received_at >= $2) AS last_hour,
       min(received_at) AS oldest, max(received_at) AS newest
     FROM (SELECT source_id, received_at FROM events WHERE id >= uuid_floor($1) ORDER BY id DESC LIMIT ${COUNTED_EVENTS}) AS e
     GROUP BY 1, 2`,
    [new Date(since), new Date(lastHourSince)],
  );
  const total = rows.reduce((sum, row) => sum + row.count, 0);
  const complete = total < COUNTED_EVENTS;
  return {
    rows: rows.map((row) => ({
      sourceId: row.source_id,
      hour: row.hour.getTime(),
      count: row.count,
      lastHour: row.last_hour,
      newestAt: row.newest.getTime(),
    })),
    complete,
    countedFrom: complete ? since : Math.min(...rows.map((row) => row.oldest.getTime())),
  };
}

export type RejectionRow = { sourceId: string; sourceName: string; hour: number; code: string; count: number; sample: string | null };

/** Refused events by hour, code and source, newest hour first. */
export async function listRejections(sql: Sql, query: { sourceId: string | null; since: number }): Promise<RejectionRow[]> {
  const { rows } = await sql.query<Omit<RejectionRow, "hour"> & { hour: Date }>(
    `SELECT r.source_id AS "sourceId", coalesce(s.name, 'unknown source') AS "sourceName", r.hour, r.code, r.count, nullif(r.sample, '') AS sample
     FROM event_rejection r LEFT JOIN source s ON s.id = r.source_id
     WHERE r.hour >= $2 AND ($1::uuid IS NULL OR r.source_id = $1) ORDER BY r.hour DESC, r.count DESC, r.code, s.name LIMIT 5000`,
    [query.sourceId, new Date(query.since)],
  );
  return rows.map((row) => ({ ...row, hour: row.hour.getTime() }));
}
