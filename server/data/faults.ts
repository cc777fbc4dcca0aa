import type { DefinitionFault } from "../domain/signals/hit.ts";
import type { Sql } from "./pool.ts";

/**
 * Counts faults per definition version and keeps the last message. A version that reaches `suspendAfter` faults is suspended (and the
 * catalog epoch raised, so that everybody leaves it out). Returns the keys that were suspended now.
 */
export async function countFaults(
  tx: Sql,
  faults: readonly DefinitionFault[],
  options: { now: number; suspendAfter: number },
): Promise<{ kind: string; key: string }[]> {
  if (faults.length === 0) return [];
  const counts = new Map<string, DefinitionFault & { count: number }>();
  for (const fault of faults) {
    const id = `${fault.kind}\n${fault.key}\n${fault.version}`;
    counts.set(id, { ...fault, count: (counts.get(id)?.count ?? 0) + 1 });
  }
  const sorted = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, fault]) => fault);
  const result = await tx.query<{ kind: string; key: string }>(
    `WITH counted AS (
       INSERT INTO definition_fault (kind, key, version, count, message, last_at)
       SELECT kind, key, version, count, message, $2
       FROM jsonb_to_recordset($1::jsonb) AS t(kind text, key text, version int, count bigint, message text)
       ON CONFLICT (kind, key, version) DO UPDATE SET count = definition_fault.count + excluded.count,
         message = excluded.message, last_at = excluded.last_at
       RETURNING kind, key, version, count, message)
     UPDATE artifact a SET suspended_at = $2, suspended_reason = 'failed ' || c.count || ' times: ' || c.message
     FROM counted c WHERE a.kind = c.kind AND a.key = c.key AND a.live_version = c.version AND c.count >= $3 AND a.suspended_at IS NULL
     RETURNING a.kind, a.key`,
    [JSON.stringify(sorted), new Date(options.now), options.suspendAfter],
  );
  if (result.rows.length > 0) await tx.query("UPDATE control SET catalog_epoch = catalog_epoch + 1 WHERE id = 1");
  return result.rows;
}
