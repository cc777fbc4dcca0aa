import { AUDIT_GENESIS, type AuditFacts, auditHash } from "../audit-hash.ts";
import type { Sql } from "./pool.ts";

export type Actor = { kind: "user" | "api_key" | "system"; id: string; ip: string | null };
export type AuditRecord = { action: string; objectKind: string; objectId: string; before: unknown; after: unknown };

const CHAIN_LOCK = 7_470_001;

/**
 * Appends to the hash chain inside the caller's transaction, so that a change and the record that it happened commit together.
 * One advisory lock makes the chain linear; it is held until the transaction ends, so append last.
 */
export async function append(tx: Sql, actor: Actor, now: number, record: AuditRecord): Promise<number> {
  await tx.query("SELECT pg_advisory_xact_lock($1)", [CHAIN_LOCK]);
  const head = await tx.query<{ seq: number; hash: Buffer }>("SELECT seq, hash FROM audit_entry ORDER BY seq DESC LIMIT 1");
  const last = head.rows[0];
  const entry: AuditFacts = {
    seq: (last?.seq ?? 0) + 1,
    at: new Date(now).toISOString(),
    actorKind: actor.kind,
    actorId: actor.id,
    action: record.action,
    objectKind: record.objectKind,
    objectId: record.objectId,
    ip: actor.ip,
    before: record.before ?? null,
    after: record.after ?? null,
  };
  const previous = last?.hash ?? AUDIT_GENESIS;
  await tx.query(
    `INSERT INTO audit_entry (seq, at, actor_kind, actor_id, action, object_kind, object_id, ip, before, after, prev_hash, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      entry.seq,
      entry.at,
      entry.actorKind,
      entry.actorId,
      entry.action,
      entry.objectKind,
      entry.objectId,
      entry.ip,
      JSON.stringify(entry.before),
      JSON.stringify(entry.after),
      previous,
      auditHash(previous, entry),
    ],
  );
  return entry.seq;
}

export type ChainRow = { facts: AuditFacts; prevHash: Buffer; hash: Buffer };

/** Entries after `seq` in chain order, for verification and export. */
export async function listChain(sql: Sql, afterSeq: number, limit: number): Promise<ChainRow[]> {
  const result = await sql.query<{
    seq: number;
    at: Date;
    actor_kind: AuditFacts["actorKind"];
    actor_id: string;
    action: string;
    object_kind: string;
    object_id: string;
    ip: string | null;
    before: unknown;
    after: unknown;
    prev_hash: Buffer;
    hash: Buffer;
  }>("SELECT * FROM audit_entry WHERE seq > $1 ORDER BY seq LIMIT $2", [afterSeq, limit]);
  return result.rows.map((row) => ({
    facts: {
      seq: row.seq,
      at: row.at.toISOString(),
      actorKind: row.actor_kind,
      actorId: row.actor_id,
      action: row.action,
      objectKind: row.object_kind,
      objectId: row.object_id,
      ip: row.ip,
      before: row.before,
      after: row.after,
    },
    prevHash: row.prev_hash,
    hash: row.hash,
  }));
}
