import * as z from "zod";
import type { Db } from "./prisma.ts";

const companySchema = z.object({ name: z.string(), timezone: z.string(), locale: z.string() });
export type Company = z.infer<typeof companySchema>;

/** The company as it was set up; the defaults of a new installation when it cannot be read. */
export async function readCompany(db: Db): Promise<Company> {
  const row = await db.control.findUnique({ where: { id: 1 }, select: { company: true } });
  const company = companySchema.safeParse(row?.company);
  return company.success ? company.data : { name: "Tact", timezone: "UTC", locale: "en" };
}

export type SourceRow = {
  id: string;
  key: string;
  name: string;
  kind: string;
  disabledAt: number | null;
  keys: { name: string; kind: string; prefix: string; scopes: string[]; lastUsedAt: number | null; revokedAt: number | null }[];
};

/** Sources by name, disabled ones last, with the names and prefixes of their keys; a secret is never read. */
export async function listSources(db: Db): Promise<SourceRow[]> {
  const rows = await db.source.findMany({
    select: {
      id: true,
      key: true,
      name: true,
      kind: true,
      disabled_at: true,
      api_key: {
        select: { name: true, kind: true, prefix: true, scopes: true, last_used_at: true, revoked_at: true },
        orderBy: [{ created_at: "asc" }, { id: "asc" }],
      },
    },
    orderBy: [{ disabled_at: { sort: "desc", nulls: "first" } }, { name: "asc" }, { id: "asc" }],
    take: 200,
  });
  return rows.map(({ disabled_at, api_key, ...source }) => ({
    ...source,
    disabledAt: disabled_at?.getTime() ?? null,
    keys: api_key.map(({ last_used_at, revoked_at, ...key }) => ({
      ...key,
      lastUsedAt: last_used_at?.getTime() ?? null,
      revokedAt: revoked_at?.getTime() ?? null,
    })),
  }));
}
