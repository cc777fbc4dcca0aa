import type { GuardName, Verdict } from "../domain/decisions/decision.ts";
import { textArray, timestampArray, uuidArray } from "./binary-array.ts";
import type { Sql } from "./pool.ts";

export type NewDecision = {
  id: string;
  candidateId: string;
  customerId: string;
  enrollmentId: string;
  journeyKey: string;
  journeyVersion: number;
  verdict: Verdict;
  wouldBe: Verdict;
  guard: GuardName | null;
  channel: string | null;
  holdUntil: number | null;
  decidedAt: number;
  engineVersion: number;
  /** The frozen input as JSON text, kept to the letter, and the hash of that text. */
  input: string;
  inputHash: string;
  record: object;
};

/** Decisions as they were made, all of a batch in one statement. */
export async function insertDecisions(tx: Sql, decisions: readonly NewDecision[]): Promise<void> {
  if (decisions.length === 0) return;
  await tx.query(
    `INSERT INTO decision (id, candidate_id, customer_id, enrollment_id, journey_key, journey_version, verdict, would_be, guard, channel,
       hold_until, decided_at, engine_version, input, input_hash, record)
     SELECT id, candidate_id, customer_id, enrollment_id, journey_key, journey_version, verdict, would_be, guard, channel, hold_until,
       decided_at, engine_version, input, input_hash, record
     FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::int[], $7::text[], $8::text[], $9::text[], $10::text[],
       $11::timestamptz[], $12::timestamptz[], $13::int[], $14::json[], $15::uuid[], $16::json[])
       AS d(id, candidate_id, customer_id, enrollment_id, journey_key, journey_version, verdict, would_be, guard, channel, hold_until,
         decided_at, engine_version, input, input_hash, record)`,
    [
      uuidArray(decisions.map((one) => one.id)),
      uuidArray(decisions.map((one) => one.candidateId)),
      uuidArray(decisions.map((one) => one.customerId)),
      uuidArray(decisions.map((one) => one.enrollmentId)),
      textArray(decisions.map((one) => one.journeyKey)),
      decisions.map((one) => one.journeyVersion),
      textArray(decisions.map((one) => one.verdict)),
      textArray(decisions.map((one) => one.wouldBe)),
      textArray(decisions.map((one) => one.guard)),
      textArray(decisions.map((one) => one.channel)),
      decisions.map((one) => (one.holdUntil === null ? null : new Date(one.holdUntil))),
      timestampArray(decisions.map((one) => one.decidedAt)),
      decisions.map((one) => one.engineVersion),
      textArray(
        decisions.map((one) => one.input),
        "json",
      ),
      uuidArray(decisions.map((one) => one.inputHash)),
      textArray(
        decisions.map((one) => JSON.stringify(one.record)),
        "json",
      ),
    ],
  );
}

export type CandidateChange = {
  id: string;
  status: "open" | "held" | "closed";
  dueAt: number;
  attempt: number;
  lastVerdict: Verdict;
  lastGuard: GuardName | null;
};

/** Where each decided candidate stands now. */
export async function updateCandidates(tx: Sql, changes: readonly CandidateChange[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.query(
    `UPDATE candidate c SET status = t.status, due_at = t.due_at, attempt = t.attempt, last_verdict = t.verdict, last_guard = t.guard
     FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::int[], $5::text[], $6::text[])
       AS t(id, status, due_at, attempt, verdict, guard) WHERE c.id = t.id`,
    [
      uuidArray(changes.map((one) => one.id)),
      changes.map((one) => one.status),
      changes.map((one) => new Date(one.dueAt)),
      changes.map((one) => one.attempt),
      changes.map((one) => one.lastVerdict),
      changes.map((one) => one.lastGuard),
    ],
  );
}

/** Puts candidates off without a decision; they stay open. */
export async function postponeCandidates(tx: Sql, ids: readonly string[], until: number): Promise<void> {
  if (ids.length === 0) return;
  await tx.query("UPDATE candidate SET due_at = $2 WHERE id = ANY($1::uuid[]) AND status = 'open'", [uuidArray(ids), new Date(until)]);
}

/**
 * Opens steps again whose message surely did not go out. A step whose offer was meanwhile overtaken (its candidate row is gone, or the
 * enrollment has ended) is decided anew like any other, and suppressed there; one whose customer was merged away is decided for the
 * customer that stayed. Returns the step keys that are open again.
 */
export async function reopenSteps(tx: Sql, steps: readonly { stepKey: string; dueAt: number }[]): Promise<Set<string>> {
  if (steps.length === 0) return new Set();
  const { rows } = await tx.query<{ step_key: string }>(
    `UPDATE candidate c SET status = 'open', due_at = t.due_at,
       customer_id = coalesce((SELECT m.merged_into FROM customer m WHERE m.id = c.customer_id), c.customer_id)
     FROM unnest($1::text[], $2::timestamptz[]) AS t(step_key, due_at)
     WHERE c.step_key = t.step_key RETURNING c.step_key`,
    [steps.map((one) => one.stepKey), steps.map((one) => new Date(one.dueAt))],
  );
  return new Set(rows.map((row) => row.step_key));
}

/** Held candidates of one guard, to be decided anew now. Returns how many. */
export async function reopenHeldBy(tx: Sql, guard: GuardName, now: number): Promise<number> {
  const { rowCount } = await tx.query("UPDATE candidate SET status = 'open', due_at = $2 WHERE status = 'held' AND last_guard = $1", [
    guard,
    new Date(now),
  ]);
  return rowCount ?? 0;
}

export type ReviewTask = {
  id: string;
  candidateId: string;
  customerId: string;
  enrollmentId: string;
  stepKey: string;
  title: string;
  priority: number;
  context: object;
  createdAt: number;
  dueAt: number;
};

/** One task per candidate, however often it is decided. */
export async function insertReviewTasks(tx: Sql, tasks: readonly ReviewTask[]): Promise<void> {
  if (tasks.length === 0) return;
  await tx.query(
    `INSERT INTO task (id, kind, customer_id, enrollment_id, candidate_id, queue, priority, title, context, created_at, due_at, step_key)
     SELECT t.id, 'review', t.customer_id, t.enrollment_id, t.candidate_id, 'review', t.priority, t.title, t.context, t.created_at, t.due_at,
       t.step_key
     FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, customer_id uuid, enrollment_id uuid, candidate_id uuid, priority int, title text,
       context jsonb, created_at timestamptz, due_at timestamptz, step_key text)
     ON CONFLICT (step_key) DO NOTHING`,
    [
      JSON.stringify(
        tasks.map((task) => ({
          id: task.id,
          customer_id: task.customerId,
          enrollment_id: task.enrollmentId,
          candidate_id: task.candidateId,
          priority: task.priority,
          title: task.title,
          context: task.context,
          created_at: new Date(task.createdAt).toISOString(),
          due_at: new Date(task.dueAt).toISOString(),
          step_key: task.stepKey,
        })),
      ),
    ],
  );
}

/** Closes an open review task; null when there is none. */
export async function closeReviewTask(
  tx: Sql,
  taskId: string,
  resolution: "approved" | "rejected",
  at: number,
): Promise<{ candidateId: string; customerId: string; enrollmentId: string } | null> {
  const { rows } = await tx.query<{ candidate_id: string; customer_id: string; enrollment_id: string }>(
    `UPDATE task SET closed_at = $3, resolution = $2 WHERE id = $1 AND kind = 'review' AND closed_at IS NULL AND candidate_id IS NOT NULL
     RETURNING candidate_id, customer_id, enrollment_id`,
    [taskId, resolution, new Date(at)],
  );
  const row = rows[0];
  return row === undefined ? null : { candidateId: row.candidate_id, customerId: row.customer_id, enrollmentId: row.enrollment_id };
}

/** Closes one candidate for good; its step key, or null when it was closed already. */
export async function closeCandidate(tx: Sql, candidateId: string): Promise<string | null> {
  const { rows } = await tx.query<{ step_key: string }>(
    "UPDATE candidate SET status = 'closed' WHERE id = $1 AND status <> 'closed' RETURNING step_key",
    [candidateId],
  );
  return rows[0]?.step_key ?? null;
}

/** Closes the review task of a candidate nobody has to look at any more. */
export async function dropReviewTasks(tx: Sql, candidateIds: readonly string[], at: number): Promise<void> {
  if (candidateIds.length === 0) return;
  await tx.query("UPDATE task SET closed_at = $2, resolution = 'overtaken' WHERE step_key = ANY($1::text[]) AND closed_at IS NULL", [
    candidateIds.map((id) => `review.${id}`),
    new Date(at),
  ]);
}

export type StoredDecision = {
  id: string;
  candidateId: string;
  customerId: string;
  journeyKey: string;
  journeyVersion: number;
  verdict: Verdict;
  decidedAt: number;
  input: unknown;
  inputHash: string;
  record: unknown;
};

type DecisionRow = {
  id: string;
  candidate_id: string;
  customer_id: string;
  journey_key: string;
  journey_version: number;
  verdict: Verdict;
  decided_at: Date;
  input: unknown;
  input_hash: string;
  record: unknown;
};

function toDecision(row: DecisionRow): StoredDecision {
  return {
    id: row.id,
    candidateId: row.candidate_id,
    customerId: row.customer_id,
    journeyKey: row.journey_key,
    journeyVersion: row.journey_version,
    verdict: row.verdict,
    decidedAt: row.decided_at.getTime(),
    input: row.input,
    inputHash: row.input_hash,
    record: row.record,
  };
}

const columns = "id, candidate_id, customer_id, journey_key, journey_version, verdict, decided_at, input, input_hash, record";

export async function findDecision(sql: Sql, id: string): Promise<StoredDecision | null> {
  const { rows } = await sql.query<DecisionRow>(`SELECT ${columns} FROM decision WHERE id = $1`, [id]);
  const row = rows[0];
  return row === undefined ? null : toDecision(row);
}

/** Decisions of these customers, newest first. */
export async function listDecisions(
  sql: Sql,
  customerIds: readonly string[],
  page: { before: string | null; limit: number },
): Promise<StoredDecision[]> {
  const { rows } = await sql.query<DecisionRow>(
    `SELECT ${columns} FROM decision WHERE customer_id = ANY($1::uuid[]) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    [uuidArray(customerIds), page.before, page.limit],
  );
  return rows.map(toDecision);
}

/** The newest decision on each of these candidates. */
export async function latestOf(sql: Sql, customerId: string, candidateIds: readonly string[]): Promise<StoredDecision[]> {
  const { rows } = await sql.query<DecisionRow>(
    `SELECT DISTINCT ON (candidate_id) ${columns} FROM decision WHERE customer_id = $1 AND candidate_id = ANY($2::uuid[])
     ORDER BY candidate_id, id DESC`,
    [customerId, uuidArray(candidateIds)],
  );
  return rows.map(toDecision);
}
