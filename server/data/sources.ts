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
