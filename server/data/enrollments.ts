import type { Enrollment, EnrollmentSummary } from "../domain/journeys/enrollment.ts";
import { uuidArray } from "./binary-array.ts";
import { ReadStale } from "./identities.ts";
import type { Sql } from "./pool.ts";

type EnrollmentRow = {
  id: string;
  customer_id: string;
  journey_key: string;
  journey_version: number;
  entry_kind: Enrollment["entryKind"];
  entry_key: string;
  arm: Enrollment["arm"];
  status: Enrollment["status"];
  node_id: string;
  node_entered_at: Date;
  context: Enrollment["context"];
  fence: number;
  entered_at: Date;
  eligible_at: Date | null;
  goal_at: Date | null;
  ended_at: Date | null;
  end_reason: string | null;
};

function toEnrollment(row: EnrollmentRow): Enrollment {
  return {
    id: row.id,
    customerId: row.customer_id,
    journeyKey: row.journey_key,
    journeyVersion: row.journey_version,
    entryKind: row.entry_kind,
    entryKey: row.entry_key,
    arm: row.arm,
    status: row.status,
    nodeId: row.node_id,
    nodeEnteredAt: row.node_entered_at.getTime(),
    context: row.context,
    fence: row.fence,
    enteredAt: row.entered_at.getTime(),
    eligibleAt: row.eligible_at?.getTime() ?? null,
    goalAt: row.goal_at?.getTime() ?? null,
    endedAt: row.ended_at?.getTime() ?? null,
    endReason: row.end_reason,
  };
}

/** Active enrollments of these customers, and ended ones without a goal that were entered after `goalSince`. */
export async function loadEnrollments(sql: Sql, customerIds: readonly string[], goalSince: number): Promise<Map<string, Enrollment[]>> {
  const byCustomer = new Map<string, Enrollment[]>();
  if (customerIds.length === 0) return byCustomer;
  const result = await sql.query<EnrollmentRow>(
    `SELECT * FROM enrollment WHERE customer_id = ANY($1::uuid[])
       AND (status = 'active' OR (goal_at IS NULL AND entered_at > $2)) ORDER BY entered_at, id`,
    [uuidArray(customerIds), new Date(goalSince)],
  );
  for (const row of result.rows) {
    const list = byCustomer.get(row.customer_id);
    if (list === undefined) byCustomer.set(row.customer_id, [toEnrollment(row)]);
    else list.push(toEnrollment(row));
  }
  return byCustomer;
}

export async function loadEnrollmentsById(sql: Sql, ids: readonly string[]): Promise<Enrollment[]> {
  const result = await sql.query<EnrollmentRow>("SELECT * FROM enrollment WHERE id = ANY($1::uuid[])", [uuidArray(ids)]);
  return result.rows.map(toEnrollment);
}

/** Every enrollment these customers and those merged into them ever had, as far as re-entry rules need it. */
export async function loadEnrollmentHistory(
  sql: Sql,
  customerIds: readonly string[],
): Promise<Map<string, (EnrollmentSummary & { journeyKey: string })[]>> {
  const byCustomer = new Map<string, (EnrollmentSummary & { journeyKey: string })[]>();
  if (customerIds.length === 0) return byCustomer;
  const result = await sql.query<Pick<EnrollmentRow, "journey_key" | "entry_key" | "status" | "entered_at"> & { root: string }>(
    `SELECT c.root, e.journey_key, e.entry_key, e.status, e.entered_at
     FROM (SELECT id, id AS root FROM unnest($1::uuid[]) AS t(id)
           UNION ALL SELECT id, merged_into FROM customer WHERE merged_into = ANY($1::uuid[])) c
     JOIN enrollment e ON e.customer_id = c.id ORDER BY e.entered_at, e.id`,
    [uuidArray(customerIds)],
  );
  for (const row of result.rows) {
    const summary = {
      journeyKey: row.journey_key,
      entryKey: row.entry_key,
      status: row.status,
      enteredAt: row.entered_at.getTime(),
    };
    const list = byCustomer.get(row.root);
    if (list === undefined) byCustomer.set(row.root, [summary]);
    else list.push(summary);
  }
  return byCustomer;
}

function toRow(enrollment: Enrollment): object {
  return {
    id: enrollment.id,
    customer_id: enrollment.customerId,
    journey_key: enrollment.journeyKey,
    journey_version: enrollment.journeyVersion,
    entry_kind: enrollment.entryKind,
    entry_key: enrollment.entryKey,
    arm: enrollment.arm,
    status: enrollment.status,
    node_id: enrollment.nodeId,
    node_entered_at: new Date(enrollment.nodeEnteredAt),
    context: enrollment.context,
    fence: enrollment.fence,
    entered_at: new Date(enrollment.enteredAt),
    eligible_at: enrollment.eligibleAt === null ? null : new Date(enrollment.eligibleAt),
    goal_at: enrollment.goalAt === null ? null : new Date(enrollment.goalAt),
    ended_at: enrollment.endedAt === null ? null : new Date(enrollment.endedAt),
    end_reason: enrollment.endReason,
  };
}

const recordset = `jsonb_to_recordset($1::jsonb) AS t(id uuid, customer_id uuid, journey_key text, journey_version int, entry_kind text,
  entry_key text, arm text, status text, node_id text, node_entered_at timestamptz, context jsonb, fence int, entered_at timestamptz,
  eligible_at timestamptz, goal_at timestamptz, ended_at timestamptz, end_reason text, old_fence int)`;

/** Adds enrollments. The entry key is unique by construction: an entry that exists makes the transaction start again and see it. */
export async function insertEnrollments(tx: Sql, enrollments: readonly Enrollment[]): Promise<void> {
  if (enrollments.length === 0) return;
  const result = await tx.query(
    `INSERT INTO enrollment (id, customer_id, journey_key, journey_version, entry_kind, entry_key, arm, status, node_id, node_entered_at,
       context, fence, entered_at, eligible_at, goal_at, ended_at, end_reason)
     SELECT id, customer_id, journey_key, journey_version, entry_kind, entry_key, arm, status, node_id, node_entered_at,
       context, fence, entered_at, eligible_at, goal_at, ended_at, end_reason FROM ${recordset}
     ON CONFLICT (customer_id, journey_key, entry_key) DO NOTHING`,
    [JSON.stringify(enrollments.map(toRow))],
  );
  if (result.rowCount !== enrollments.length) throw new ReadStale("an enrollment of the same entry exists");
}

/** Compare and set on the fence: a step that somebody else has taken meanwhile is never taken twice. */
export async function updateEnrollments(tx: Sql, changes: readonly { enrollment: Enrollment; oldFence: number }[]): Promise<void> {
  if (changes.length === 0) return;
  const result = await tx.query(
    `UPDATE enrollment e SET journey_version = t.journey_version, status = t.status, node_id = t.node_id, node_entered_at = t.node_entered_at,
       context = t.context, fence = t.fence, eligible_at = t.eligible_at, goal_at = t.goal_at, ended_at = t.ended_at, end_reason = t.end_reason
     FROM ${recordset} WHERE e.id = t.id AND e.fence = t.old_fence`,
    [JSON.stringify(changes.map(({ enrollment, oldFence }) => ({ ...toRow(enrollment), old_fence: oldFence })))],
  );
  if (result.rowCount !== changes.length) throw new ReadStale("an enrollment was changed by another transaction");
}

/**
 * Active enrollments of a merged customer go on under the one that stays. An entry key that is taken there (both were in episode 1 of the
 * same situation) gets the enrollment's id appended. Returns the ids of those that moved.
 */
export async function moveEnrollments(tx: Sql, from: string, into: string): Promise<string[]> {
  const result = await tx.query<{ id: string }>(
    `UPDATE enrollment e SET customer_id = $2, entry_key = CASE WHEN EXISTS (
         SELECT 1 FROM enrollment o WHERE o.customer_id = $2 AND o.journey_key = e.journey_key AND o.entry_key = e.entry_key)
       THEN e.entry_key || '~' || e.id ELSE e.entry_key END
     WHERE e.customer_id = $1 AND e.status = 'active' RETURNING e.id`,
    [from, into],
  );
  return result.rows.map((row) => row.id);
}

/** Ends enrollments for a reason that lies outside their journeys. */
export async function endEnrollments(tx: Sql, ids: readonly string[], reason: string, now: number): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `UPDATE enrollment SET status = 'ended', ended_at = $2, end_reason = $3, fence = fence + 1 WHERE id = ANY($1::uuid[]) AND status = 'active'`,
    [ids, new Date(now), reason],
  );
}
