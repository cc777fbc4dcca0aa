import type { Sql } from "./pool.ts";

export type SourceKind = "server" | "browser" | "import";

export type NewSource = {
  id: string;
  key: string;
  name: string;
  kind: SourceKind;
  allowedOrigins: readonly string[];
  hmacSecret: Buffer | null;
  at: number;
};

/** Creates the source unless its key exists, and returns the id the key stands for. */
export async function ensureSource(sql: Sql, source: NewSource): Promise<string> {
  const result = await sql.query<{ id: string }>(
    `INSERT INTO source (id, key, name, kind, allowed_origins, hmac_secret, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7 / 1000.0))
     ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING id`,
    [source.id, source.key, source.name, source.kind, source.allowedOrigins, source.hmacSecret, source.at],
  );
  return result.rows[0]?.id ?? source.id;
}

export type SourceFacts = { id: string; name: string; kind: SourceKind; allowedOrigins: string[]; hasSecret: boolean };

/** One source, locked until the transaction ends; null when there is none. Tells whether there is a secret, never the secret. */
export async function lockSource(tx: Sql, id: string): Promise<SourceFacts | null> {
  const { rows } = await tx.query<{ id: string; name: string; kind: SourceKind; allowed_origins: string[]; has_secret: boolean }>(
    "SELECT id, name, kind, allowed_origins, hmac_secret IS NOT NULL AS has_secret FROM source WHERE id = $1 FOR UPDATE",
    [id],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return { id: row.id, name: row.name, kind: row.kind, allowedOrigins: row.allowed_origins, hasSecret: row.has_secret };
}

export async function setOrigins(tx: Sql, id: string, origins: readonly string[]): Promise<void> {
  await tx.query("UPDATE source SET allowed_origins = $2 WHERE id = $1", [id, origins]);
}

/** Replaces the secret at once: what the one before proves is no proof any more. */
export async function setSecret(tx: Sql, id: string, secret: Buffer): Promise<void> {
  await tx.query("UPDATE source SET hmac_secret = $2 WHERE id = $1", [id, secret]);
}
