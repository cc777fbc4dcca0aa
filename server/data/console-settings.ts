import type { Sql } from "./pool.ts";

export type Company = { name: string; timezone: string; locale: string };

export async function readCompany(sql: Sql): Promise<Company> {
  const { rows } = await sql.query<{ company: Company }>("SELECT company FROM control WHERE id = 1");
  return rows[0]?.company ?? { name: "Tact", timezone: "UTC", locale: "en" };
}

export type SourceRow = {
  id: string;
  key: string;
  name: string;
  kind: string;
  disabledAt: number | null;
  keys: { name: string; kind: string; prefix: string; scopes: string[]; lastUsedAt: string | null; revokedAt: string | null }[];
};

/** Sources with the names and prefixes of their keys; a secret is never read. */
export async function listSources(sql: Sql): Promise<SourceRow[]> {
  const { rows } = await sql.query<Omit<SourceRow, "disabledAt"> & { disabled_at: Date | null }>(
    `SELECT s.id, s.key, s.name, s.kind, s.disabled_at,
       coalesce((SELECT jsonb_agg(jsonb_build_object('name', k.name, 'kind', k.kind, 'prefix', k.prefix, 'scopes', k.scopes,
           'lastUsedAt', k.last_used_at, 'revokedAt', k.revoked_at) ORDER BY k.created_at)
         FROM api_key k WHERE k.source_id = s.id), '[]') AS keys
     FROM source s ORDER BY s.disabled_at IS NOT NULL, s.name LIMIT 200`,
  );
  return rows.map(({ disabled_at, ...row }) => ({ ...row, disabledAt: disabled_at?.getTime() ?? null }));
}
