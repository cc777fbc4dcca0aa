import { AUDIT_GENESIS, auditHash } from "#server/audit-hash.ts";
import type { Deps } from "#server/deps.ts";

export type AuditVerification =
  | { ok: true; entries: number; head: string }
  | { ok: false; entries: number; brokenAt: number; reason: "sequence" | "previous_hash" | "hash" | "anchor" };

const PAGE = 1_000;

/**
 * Walks the whole chain and recomputes every hash. With an `anchor` (a head written down outside the database) a chain that was
 * cut or rewritten as a whole is found too.
 */
export async function verifyAudit(deps: Deps, anchor?: { seq: number; hash: string }): Promise<AuditVerification> {
  let previous: Buffer = AUDIT_GENESIS;
  let seq = 0;
  let anchorSeen = anchor === undefined;
  for (;;) {
    const page = await deps.data.audit.listChain(deps.pool, seq, PAGE);
    for (const row of page) {
      if (row.facts.seq !== seq + 1) return { ok: false, entries: seq, brokenAt: seq + 1, reason: "sequence" };
      seq = row.facts.seq;
      if (!row.prevHash.equals(previous)) return { ok: false, entries: seq, brokenAt: seq, reason: "previous_hash" };
      if (!row.hash.equals(auditHash(previous, row.facts))) return { ok: false, entries: seq, brokenAt: seq, reason: "hash" };
      previous = row.hash;
      if (anchor !== undefined && anchor.seq === seq) {
        if (anchor.hash !== row.hash.toString("hex")) return { ok: false, entries: seq, brokenAt: seq, reason: "anchor" };
        anchorSeen = true;
      }
    }
    if (page.length < PAGE) break;
  }
  if (!anchorSeen) return { ok: false, entries: seq, brokenAt: seq + 1, reason: "anchor" };
  return { ok: true, entries: seq, head: previous.toString("hex") };
}
