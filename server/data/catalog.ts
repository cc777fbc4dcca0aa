import { canonicalJson } from "../domain/canonical-json.ts";
import { type ArtifactKind, type Catalog, definitionSchemas, type Versioned } from "../domain/definitions/catalog.ts";
import { defaultPolicies } from "../domain/definitions/default-policies.ts";
import type { PolicyDefinition } from "../domain/definitions/policy.ts";
import { refuseLive } from "../domain/governance/life-cycle.ts";
import { messageOf } from "../errors.ts";
import { hash16 } from "../ids.ts";
import type { Sql } from "./pool.ts";

type Row = {
  kind: ArtifactKind;
  key: string;
  version: number;
  live: boolean;
  suspended_reason: string | null;
  suspended: boolean;
  content: unknown;
  content_hash: string;
  authors: string[];
  approvals: { approverId: string; verdict: "approved" | "rejected" | "changes_requested"; contentHash: string }[];
};

export async function readEpoch(sql: Sql): Promise<number> {
  const result = await sql.query<{ catalog_epoch: number }>("SELECT catalog_epoch FROM control WHERE id = 1");
  return result.rows[0]?.catalog_epoch ?? 0;
}

/** Why a stored version must not be used, or null: content changed behind its hash, not approved, or suspended by hand. */
function reasonToLeaveOut(row: Row): string | null {
  if (row.suspended) return row.suspended_reason ?? "suspended";
  if (hash16(canonicalJson(row.content)) !== row.content_hash) return "content does not match its hash: it was changed outside the product";
  return refuseLive({ authors: row.authors, contentHash: row.content_hash }, row.approvals)?.message ?? null;
}

function parseDefinition<K extends ArtifactKind>(kind: K, row: Row): Versioned<ReturnType<(typeof definitionSchemas)[K]["parse"]>> {
  const definition = definitionSchemas[kind].parse(row.content) as ReturnType<(typeof definitionSchemas)[K]["parse"]>;
  return { version: row.version, contentHash: row.content_hash, definition };
}

function placePolicy(policies: Catalog["policies"], versioned: Versioned<PolicyDefinition>): void {
  const { version, contentHash, definition } = versioned;
  switch (definition.kind) {
    case "consent":
      policies.consent = { version, contentHash, definition };
      break;
    case "channels":
      policies.channels = { version, contentHash, definition };
      break;
    case "moderation":
      policies.moderation = { version, contentHash, definition };
      break;
    case "holdout":
      policies.holdout = { version, contentHash, definition };
      break;
    case "classes":
      policies.classes = { version, contentHash, definition };
      break;
  }
}

function place(catalog: Catalog, row: Row): void {
  switch (row.kind) {
    case "signal":
      catalog.signals.set(row.key, parseDefinition("signal", row));
      break;
    case "situation":
      catalog.situations.set(row.key, parseDefinition("situation", row));
      break;
    case "segment":
      catalog.segments.set(row.key, parseDefinition("segment", row));
      break;
    case "response":
      catalog.responses.set(row.key, parseDefinition("response", row));
      break;
    case "policy":
      placePolicy(catalog.policies, parseDefinition("policy", row));
      break;
    case "journey": {
      const journey = parseDefinition("journey", row);
      catalog.journeyVersions.set(`${row.key}@${row.version}`, journey);
      if (row.live) catalog.journeys.set(row.key, journey);
    }
  }
}

/**
 * Everything that is live, read in one statement. A version that was not approved as it stands is left out and named in
 * `suspended`; one bad definition never hides the others. Journeys come with every version that was ever live, for those inside.
 */
export async function loadCatalog(sql: Sql): Promise<Catalog> {
  // The epoch first: what is read after it can only be newer, and a newer epoch will be noticed at the next look.
  const control = await sql.query<{ catalog_epoch: number; company: Catalog["company"] }>(
    "SELECT catalog_epoch, company FROM control WHERE id = 1",
  );
  const rows = await sql.query<Row>(
    `SELECT a.kind, a.key, v.version, v.version = a.live_version AS live, a.suspended_at IS NOT NULL AS suspended, a.suspended_reason,
            v.content, v.content_hash, v.authors,
            coalesce((SELECT jsonb_agg(jsonb_build_object('approverId', p.approver_id, 'verdict', p.verdict, 'contentHash', p.content_hash))
                      FROM approval p WHERE p.artifact_id = v.artifact_id AND p.version = v.version), '[]') AS approvals
     FROM artifact a JOIN artifact_version v ON v.artifact_id = a.id
     WHERE v.version = a.live_version OR (a.kind = 'journey' AND v.status IN ('superseded', 'retired'))
     ORDER BY a.kind, a.key, v.version`,
  );
  const catalog: Catalog = {
    epoch: control.rows[0]?.catalog_epoch ?? 0,
    signals: new Map(),
    situations: new Map(),
    segments: new Map(),
    responses: new Map(),
    journeys: new Map(),
    journeyVersions: new Map(),
    policies: { ...defaultPolicies },
    suspended: [],
    company: control.rows[0]?.company ?? { name: "Tact", timezone: "UTC", locale: "en" },
  };
  for (const row of rows.rows) {
    try {
      const reason = reasonToLeaveOut(row);
      if (reason === null) place(catalog, row);
      else if (row.live) catalog.suspended.push({ kind: row.kind, key: row.key, reason });
    } catch (error) {
      if (row.live) catalog.suspended.push({ kind: row.kind, key: row.key, reason: messageOf(error) });
    }
  }
  return catalog;
}

export type CatalogCache = {
  /** The live catalog; reads one number per call and loads again only when definitions changed. */
  get(): Promise<Catalog>;
};

export function createCatalogCache(sql: Sql): CatalogCache {
  let current: Catalog | undefined;
  let loading: Promise<Catalog> | undefined;
  return {
    async get() {
      const epoch = await readEpoch(sql);
      while (current === undefined || current.epoch < epoch) {
        loading ??= loadCatalog(sql).finally(() => {
          loading = undefined;
        });
        current = await loading;
      }
      return current;
    },
  };
}
