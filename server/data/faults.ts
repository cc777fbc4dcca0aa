import type { DefinitionFault } from "../domain/signals/hit.ts";
import type { Sql } from "./pool.ts";

/** Counts faults per definition version and keeps the last message. */
export async function noteFaults(tx: Sql, faults: readonly DefinitionFault[], now: number): Promise<void> {
  if (faults.length === 0) return;
  const counts = new Map<string, DefinitionFault & { count: number }>();
  for (const fault of faults) {
    const id = `${fault.kind}\n${fault.key}\n${fault.version}`;
    counts.set(id, { ...fault, count: (counts.get(id)?.count ?? 0) + 1 });
  }
  const sorted = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, fault]) => fault);
  await tx.query(
    `INSERT INTO definition_fault (kind, key, version, count, message, last_at)
     SELECT kind, key, version, count, message, $2
     FROM jsonb_to_recordset($1::jsonb) AS t(kind text, key text, version int, count bigint, message text)
     ON CONFLICT (kind, key, version) DO UPDATE SET count = definition_fault.count + excluded.count,
       message = excluded.message, last_at = excluded.last_at`,
    [JSON.stringify(sorted), new Date(now)],
  );
}

/**
 * Suspends every live version that has failed `suspendAfter` times and raises the catalog epoch, so that everybody leaves it out. Never
 * call it with customers locked: it waits for open gates. Returns what was suspended now.
 */
export async function suspendFaulty(tx: Sql, options: { now: number; suspendAfter: number }): Promise<{ kind: string; key: string }[]> {
  const result = await tx.query<{ kind: string; key: string }>(
    `UPDATE artifact a SET suspended_at = $1, suspended_reason = 'failed ' || f.count || ' times: ' || f.message
     FROM definition_fault f
     WHERE f.count >= $2 AND a.kind = f.kind AND a.key = f.key AND a.live_version = f.version AND a.suspended_at IS NULL
       AND f.last_at > coalesce((SELECT v.live_at FROM artifact_version v WHERE v.artifact_id = a.id AND v.version = f.version), '-infinity')
     RETURNING a.kind, a.key`,
    [new Date(options.now), options.suspendAfter],
  );
  if (result.rows.length > 0) await tx.query("UPDATE control SET catalog_epoch = catalog_epoch + 1 WHERE id = 1");
  return result.rows;
}
