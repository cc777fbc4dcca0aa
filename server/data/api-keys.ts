import { createHash } from "node:crypto";
import type { KeyGrant } from "#server/contracts/ingest/source.ts";
import type { Sql } from "./pool.ts";
import type { SourceKind } from "./sources.ts";

/** Keys are stored as sha256: they are long and random, so a slow hash would protect nothing more. */
export function hashKey(plain: string): Buffer {
  return createHash("sha256").update(plain).digest();
}

/** The part of a key that may be shown: enough to recognise it. */
export function keyPrefix(plain: string): string {
  return plain.slice(0, 12);
}

type Row = {
  id: string;
  kind: "write" | "api";
  hash: string;
  scopes: string[];
  source_id: string;
  source_key: string;
  source_kind: SourceKind;
  trigger_max_age_ms: number;
  allowed_origins: string[];
  hmac_secret: Buffer | null;
};

/** Every key that is not revoked and whose source is not disabled. */
export async function listActiveKeys(sql: Sql): Promise<KeyGrant[]> {
  const result = await sql.query<Row>(
    `SELECT k.id, k.kind, encode(k.key_hash, 'hex') AS hash, k.scopes, s.id AS source_id, s.key AS source_key, s.kind AS source_kind,
            s.trigger_max_age_ms, s.allowed_origins, s.hmac_secret
     FROM api_key k JOIN source s ON s.id = k.source_id
     WHERE k.revoked_at IS NULL AND s.disabled_at IS NULL`,
  );
  return result.rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    hash: row.hash,
    scopes: row.scopes,
    source: {
      id: row.source_id,
      key: row.source_key,
      kind: row.source_kind,
      triggerMaxAgeMs: row.trigger_max_age_ms,
      allowedOrigins: row.allowed_origins,
      hmacSecret: row.hmac_secret,
    },
  }));
}

/** Notes when keys were last used; at most once a minute per key is enough. */
export async function touchKeys(sql: Sql, ids: readonly string[], at: number): Promise<void> {
  await sql.query("UPDATE api_key SET last_used_at = to_timestamp($2 / 1000.0) WHERE id = ANY($1::uuid[])", [ids, at]);
}

export type NewApiKey = {
  id: string;
  kind: "write" | "api";
  sourceId: string;
  name: string;
  plain: string;
  scopes: readonly string[];
  at: number;
};

/** Stores the hash and a recognisable prefix. The same plain key again changes nothing; a revoked key stays revoked. */
export async function ensureKey(sql: Sql, key: NewApiKey): Promise<void> {
  await sql.query(
    `INSERT INTO api_key (id, kind, source_id, name, prefix, key_hash, scopes, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8 / 1000.0)) ON CONFLICT (key_hash) DO NOTHING`,
    [key.id, key.kind, key.sourceId, key.name, keyPrefix(key.plain), hashKey(key.plain), key.scopes, key.at],
  );
}

/** True when the source has a usable key of this kind. */
export async function hasActiveKey(sql: Sql, sourceId: string, kind: "write" | "api"): Promise<boolean> {
  const result = await sql.query("SELECT 1 FROM api_key WHERE source_id = $1 AND kind = $2 AND revoked_at IS NULL LIMIT 1", [
    sourceId,
    kind,
  ]);
  return result.rows.length > 0;
}

export type KeyFacts = {
  id: string;
  kind: "write" | "api";
  sourceId: string;
  name: string;
  prefix: string;
  scopes: string[];
  revokedAt: number | null;
};

/** One key, locked until the transaction ends; null when there is none. */
export async function lockKey(tx: Sql, id: string): Promise<KeyFacts | null> {
  const { rows } = await tx.query<{
    id: string;
    kind: "write" | "api";
    source_id: string;
    name: string;
    prefix: string;
    scopes: string[];
    revoked_at: Date | null;
  }>("SELECT id, kind, source_id, name, prefix, scopes, revoked_at FROM api_key WHERE id = $1 FOR UPDATE", [id]);
  const row = rows[0];
  if (row === undefined) return null;
  const { source_id, revoked_at, ...key } = row;
  return { ...key, sourceId: source_id, revokedAt: revoked_at?.getTime() ?? null };
}

/** Ends a key for good. */
export async function revokeKey(tx: Sql, id: string, at: number): Promise<void> {
  await tx.query("UPDATE api_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", [id, new Date(at)]);
}
