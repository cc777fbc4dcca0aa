import * as z from "zod";
import { canonicalJson } from "../domain/canonical-json.ts";
import type { RecentContact } from "../domain/decisions/decision.ts";
import type { GateReach, KnownCase } from "../domain/decisions/gate-input.ts";
import type { Offer } from "../domain/journeys/enrollment.ts";
import { hash16 } from "../ids.ts";
import { uuidArray } from "./binary-array.ts";
import type { Sql } from "./pool.ts";

export type OpenCandidate = {
  id: string;
  customerId: string;
  enrollmentId: string;
  offer: Offer;
  stepKey: string;
  createdAt: number;
  validUntil: number;
  attempt: number;
  lastVerdict: string | null;
  lastGuard: string | null;
};

/** Customers with something due to be decided, the longest waiting first; only looked at. */
export async function listDueCustomers(sql: Sql, now: number, limit: number): Promise<string[]> {
  const { rows } = await sql.query<{ customer_id: string }>(
    `SELECT customer_id FROM (
       SELECT customer_id, due_at FROM candidate WHERE status = 'open' AND due_at <= $1 ORDER BY due_at LIMIT $2) due
     GROUP BY customer_id ORDER BY min(due_at)`,
    [new Date(now), limit],
  );
  return rows.map((row) => row.customer_id);
}

/** Customers of these candidates. */
export async function customersOf(sql: Sql, candidateIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql.query<{ customer_id: string }>("SELECT DISTINCT customer_id FROM candidate WHERE id = ANY($1::uuid[])", [
    uuidArray(candidateIds),
  ]);
  return rows.map((row) => row.customer_id);
}

type CandidateRow = {
  id: string;
  customer_id: string;
  enrollment_id: string;
  offer: Offer;
  step_key: string;
  created_at: Date;
  valid_until: Date;
  attempt: number;
  last_verdict: string | null;
  last_guard: string | null;
};

/** What is due of these customers, read under their lock. */
export async function listDueCandidates(tx: Sql, customerIds: readonly string[], now: number): Promise<OpenCandidate[]> {
  const { rows } = await tx.query<CandidateRow>(
    `SELECT id, customer_id, enrollment_id, offer, step_key, created_at, valid_until, attempt, last_verdict, last_guard FROM candidate
     WHERE customer_id = ANY($1::uuid[]) AND status = 'open' AND due_at <= $2 ORDER BY created_at, id`,
    [uuidArray(customerIds), new Date(now)],
  );
  return rows.map((row) => ({
    id: row.id,
    customerId: row.customer_id,
    enrollmentId: row.enrollment_id,
    offer: row.offer,
    stepKey: row.step_key,
    createdAt: row.created_at.getTime(),
    validUntil: row.valid_until.getTime(),
    attempt: row.attempt,
    lastVerdict: row.last_verdict,
    lastGuard: row.last_guard,
  }));
}

/** The customers with all profiles that were merged into them, by the id of any of these: whose history counts for whom. */
export async function clusterOf(sql: Sql, customerIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql.query<{ id: string; merged_into: string }>(
    "SELECT id, merged_into FROM customer WHERE merged_into = ANY($1::uuid[])",
    [uuidArray(customerIds)],
  );
  return new Map([...customerIds.map((id) => [id, id] as const), ...rows.map((row) => [row.id, row.merged_into] as const)]);
}

export type ContactRow = RecentContact & { customerId: string };
export type FailedTry = { customerId: string; stepKey: string; channel: RecentContact["channel"]; refused: boolean };

/**
 * Messages and ghosts of these customers since `since`, further back for messages of the given intents, and the tries of their steps
 * that surely failed. Unknown counts as sent: it may have arrived.
 */
export async function listMessages(
  tx: Sql,
  customerIds: readonly string[],
  reach: GateReach,
): Promise<{ contacts: ContactRow[]; failed: FailedTry[] }> {
  const { rows } = await tx.query<{
    customer_id: string;
    state: string;
    created_at: Date;
    channel: RecentContact["channel"];
    class: RecentContact["class"];
    intent: string;
    journey_key: string;
    enrollment_id: string;
    step_key: string;
    reason: string | null;
  }>(
    `SELECT customer_id, state, created_at, channel, class, intent, journey_key, enrollment_id, step_key, reason FROM send_ledger
     WHERE customer_id = ANY($1::uuid[]) AND created_at >= least($2::timestamptz, $4::timestamptz)
       AND (created_at >= $2 OR intent = ANY($3::text[])) AND state NOT IN ('held', 'cancelled')`,
    [uuidArray(customerIds), new Date(reach.since), reach.intents, new Date(reach.intentsSince)],
  );
  const contacts: ContactRow[] = [];
  const failed: FailedTry[] = [];
  for (const row of rows) {
    if (row.state === "failed") {
      const mark = row.step_key.lastIndexOf("#");
      // Bounced after it was taken: its step is over, and it reached nobody.
      if (mark < 0) continue;
      const stepKey = row.step_key.slice(0, mark);
      failed.push({ customerId: row.customer_id, stepKey, channel: row.channel, refused: row.reason?.startsWith("refused") ?? false });
      continue;
    }
    contacts.push({
      customerId: row.customer_id,
      kind: row.state === "withheld" ? "ghost" : "message",
      at: row.created_at.getTime(),
      channel: row.channel,
      class: row.class,
      intent: row.intent,
      journeyKey: row.journey_key,
      enrollmentId: row.enrollment_id,
    });
  }
  return { contacts, failed };
}

export type CaseRow = KnownCase & { customerId: string };

/** Support cases of these customers that are open, or were opened or solved since. */
export async function listCases(tx: Sql, customerIds: readonly string[], since: number): Promise<CaseRow[]> {
  const { rows } = await tx.query<{
    customer_id: string;
    channel: string;
    opened_at: Date;
    resolved_at: Date | null;
    status: string;
  }>(
    `SELECT customer_id, channel, opened_at, resolved_at, status FROM case_record
     WHERE customer_id = ANY($1::uuid[]) AND (status = 'open' OR opened_at >= $2 OR resolved_at >= $2)`,
    [uuidArray(customerIds), new Date(since)],
  );
  return rows.map((row) => ({
    customerId: row.customer_id,
    channel: row.channel,
    openedAt: row.opened_at.getTime(),
    resolvedAt: row.resolved_at?.getTime() ?? null,
    isOpen: row.status === "open",
  }));
}

/** Candidates that a person has approved in the review queue. */
export async function listReviewed(tx: Sql, candidateIds: readonly string[]): Promise<Set<string>> {
  if (candidateIds.length === 0) return new Set();
  const { rows } = await tx.query<{ candidate_id: string }>(
    "SELECT candidate_id FROM task WHERE step_key = ANY($1::text[]) AND closed_at IS NOT NULL AND resolution = 'approved'",
    [candidateIds.map(reviewKey)],
  );
  return new Set(rows.map((row) => row.candidate_id));
}

/** Step key of the review task of a candidate. */
export function reviewKey(candidateId: string): string {
  return `review.${candidateId}`;
}

const storedContent = z.object({ key: z.string(), version: z.number(), content: z.unknown() });

/**
 * Which of these live responses are, in the database and now, exactly the content that was approved. Reads the stored content itself,
 * so that a row changed behind the product's back is found before anything of it goes out.
 */
export async function listUntouchedResponses(
  tx: Sql,
  responses: readonly { key: string; version: number; contentHash: string }[],
): Promise<Set<string>> {
  const { rows } = await tx.query(
    `SELECT a.key, v.version, v.content FROM unnest($1::text[], $2::int[]) AS r(key, version)
     JOIN artifact a ON a.kind = 'response' AND a.key = r.key JOIN artifact_version v ON v.artifact_id = a.id AND v.version = r.version
     WHERE EXISTS (SELECT 1 FROM approval p WHERE p.artifact_id = v.artifact_id AND p.version = v.version AND p.verdict = 'approved'
       AND p.content_hash = v.content_hash AND p.approver_id <> ALL (v.authors))`,
    [responses.map((one) => one.key), responses.map((one) => one.version)],
  );
  const expected = new Map(responses.map((one) => [`${one.key}@${one.version}`, one.contentHash]));
  const untouched = new Set<string>();
  for (const row of rows) {
    const { key, version, content } = storedContent.parse(row);
    if (hash16(canonicalJson(content)) === expected.get(`${key}@${version}`)) untouched.add(key);
  }
  return untouched;
}

/** Held help that may still be let go in the minute of `now`; the row stays locked until the transaction ends. */
export async function lockReleaseMeter(tx: Sql, now: number): Promise<number> {
  const { rows } = await tx.query<{ released: number }>(
    `INSERT INTO release_meter AS m (minute, released) VALUES (date_trunc('minute', $1::timestamptz), 0)
     ON CONFLICT (minute) DO UPDATE SET released = m.released RETURNING released`,
    [new Date(now)],
  );
  return rows[0]?.released ?? 0;
}

export async function countReleased(tx: Sql, now: number, count: number): Promise<void> {
  await tx.query("UPDATE release_meter SET released = released + $2 WHERE minute = date_trunc('minute', $1::timestamptz)", [
    new Date(now),
    count,
  ]);
  await tx.query("DELETE FROM release_meter WHERE minute < $1::timestamptz - interval '1 day'", [new Date(now)]);
}
