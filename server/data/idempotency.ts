import { createHash } from "node:crypto";
import type { Sql } from "./pool.ts";

export type IdempotencyClaim =
  | { outcome: "first" }
  | { outcome: "running" }
  | { outcome: "other_request" }
  | { outcome: "saved"; status: number; response: unknown };

export type IdempotencyKey = { apiKeyId: string; key: string };

/** Long after any request has ended: a claim this old belongs to a process that died. */
const ABANDONED_AFTER_MS = 60_000;

type Row = { route: string; body_hash: Buffer; status: number | null; response: unknown };

/** Takes the key for one request, or tells what became of the request that has it. */
export async function claimIdempotencyKey(
  sql: Sql,
  request: IdempotencyKey & { route: string; body: string; at: number },
): Promise<IdempotencyClaim> {
  const bodyHash = createHash("sha256").update(request.body).digest();
  const claimed = await sql.query(
    `INSERT INTO idempotency_record AS r (api_key_id, key, route, body_hash, created_at)
     VALUES ($1, $2, $3, $4, to_timestamp($5 / 1000.0))
     ON CONFLICT (api_key_id, key) DO UPDATE SET created_at = excluded.created_at
       WHERE r.status IS NULL AND r.route = excluded.route AND r.body_hash = excluded.body_hash
         AND r.created_at < to_timestamp(($5 - $6) / 1000.0)
     RETURNING 1`,
    [request.apiKeyId, request.key, request.route, bodyHash, request.at, ABANDONED_AFTER_MS],
  );
  if (claimed.rows.length > 0) return { outcome: "first" };
  const found = await sql.query<Row>(
    "SELECT route, body_hash, status, response FROM idempotency_record WHERE api_key_id = $1 AND key = $2",
    [request.apiKeyId, request.key],
  );
  const record = found.rows[0];
  // the other request failed and let the key go between the two statements
  if (record === undefined) return { outcome: "running" };
  if (record.route !== request.route || !record.body_hash.equals(bodyHash)) return { outcome: "other_request" };
  return record.status === null ? { outcome: "running" } : { outcome: "saved", status: record.status, response: record.response };
}

/** Keeps the reply for every repetition of the request. */
export async function saveIdempotentReply(sql: Sql, key: IdempotencyKey, reply: { status: number; response: unknown }): Promise<void> {
  await sql.query("UPDATE idempotency_record SET status = $3, response = $4 WHERE api_key_id = $1 AND key = $2", [
    key.apiKeyId,
    key.key,
    reply.status,
    JSON.stringify(reply.response ?? null),
  ]);
}

/** Lets the key go: the request failed in a way that a repetition may mend. */
export async function releaseIdempotencyKey(sql: Sql, key: IdempotencyKey): Promise<void> {
  await sql.query("DELETE FROM idempotency_record WHERE api_key_id = $1 AND key = $2 AND status IS NULL", [key.apiKeyId, key.key]);
}
