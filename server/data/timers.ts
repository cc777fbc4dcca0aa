import type { DueTimer, Json, TimerChange } from "../domain/timer.ts";
import { NIL_UUID } from "../ids.ts";
import type { Sql } from "./pool.ts";

export type CustomerTimer = DueTimer & { customerId: string };

type TimerRow = { kind: string; customer_id: string; ref: string; due_at: Date; payload: Json };

function toTimer(row: TimerRow): CustomerTimer {
  return { kind: row.kind, customerId: row.customer_id, ref: row.ref, dueAt: row.due_at.getTime(), payload: row.payload };
}

/** Sets and cancels timers; of several changes to one timer the last in the list counts. */
export async function changeTimers(tx: Sql, changes: readonly { customerId: string; change: TimerChange }[]): Promise<void> {
  const last = new Map(changes.map((one) => [`${one.customerId}\n${one.change.kind}\n${one.change.ref}`, one]));
  const set: object[] = [];
  const cancelled: { customerId: string; kind: string; ref: string }[] = [];
  for (const { customerId, change } of last.values()) {
    const { kind, ref } = change;
    if (change.op === "cancel") cancelled.push({ customerId, kind, ref });
    else set.push({ customer_id: customerId, kind, ref, due_at: new Date(change.dueAt), payload: change.payload ?? null });
  }
  if (cancelled.length > 0) {
    await tx.query(
      `DELETE FROM timer t USING unnest($1::uuid[], $2::text[], $3::text[]) AS x(customer_id, kind, ref)
       WHERE t.customer_id = x.customer_id AND t.kind = x.kind AND t.ref = x.ref`,
      [cancelled.map((one) => one.customerId), cancelled.map((one) => one.kind), cancelled.map((one) => one.ref)],
    );
  }
  if (set.length === 0) return;
  await tx.query(
    `INSERT INTO timer (customer_id, kind, ref, due_at, payload)
     SELECT customer_id, kind, ref, due_at, payload
     FROM jsonb_to_recordset($1::jsonb) AS x(customer_id uuid, kind text, ref text, due_at timestamptz, payload jsonb)
     ON CONFLICT (customer_id, kind, ref) DO UPDATE SET due_at = excluded.due_at, payload = excluded.payload`,
    [JSON.stringify(set)],
  );
}

/** Timers of customers that are due, the longest overdue first; only looked at, not taken. */
export async function listDueTimers(sql: Sql, now: number, limit: number): Promise<CustomerTimer[]> {
  const result = await sql.query<TimerRow>(
    "SELECT kind, customer_id, ref, due_at, payload FROM timer WHERE due_at <= $1 AND customer_id <> $3 ORDER BY due_at LIMIT $2",
    [new Date(now), limit, NIL_UUID],
  );
  return result.rows.map(toTimer);
}

/** Takes timers away, under the lock of their customers: those that meanwhile were cancelled, moved or served are left out. */
export async function takeTimers(tx: Sql, timers: readonly CustomerTimer[], now: number): Promise<CustomerTimer[]> {
  if (timers.length === 0) return [];
  const result = await tx.query<TimerRow>(
    `DELETE FROM timer t USING unnest($1::uuid[], $2::text[], $3::text[]) AS x(customer_id, kind, ref)
     WHERE t.customer_id = x.customer_id AND t.kind = x.kind AND t.ref = x.ref AND t.due_at <= $4
     RETURNING t.kind, t.customer_id, t.ref, t.due_at, t.payload`,
    [timers.map((timer) => timer.customerId), timers.map((timer) => timer.kind), timers.map((timer) => timer.ref), new Date(now)],
  );
  return result.rows.map(toTimer);
}

/** Timers of the deployment that are due, locked; those another worker holds are left out. */
export async function lockDueScheduleTimers(tx: Sql, now: number, limit: number): Promise<CustomerTimer[]> {
  const result = await tx.query<TimerRow>(
    `SELECT kind, customer_id, ref, due_at, payload FROM timer
     WHERE customer_id = $1 AND kind = 'schedule' AND due_at <= $2 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED`,
    [NIL_UUID, new Date(now), limit],
  );
  return result.rows.map(toTimer);
}

export async function listScheduleTimers(sql: Sql): Promise<CustomerTimer[]> {
  const result = await sql.query<TimerRow>(
    "SELECT kind, customer_id, ref, due_at, payload FROM timer WHERE customer_id = $1 AND kind = 'schedule' ORDER BY ref",
    [NIL_UUID],
  );
  return result.rows.map(toTimer);
}

/** What is due now, of customers and of the deployment. */
export async function timersDue(sql: Sql, now: number): Promise<boolean> {
  const result = await sql.query<{ due: boolean }>("SELECT EXISTS (SELECT 1 FROM timer WHERE due_at <= $1) AS due", [new Date(now)]);
  return result.rows[0]?.due ?? false;
}

/** Timers of signals and situations go with the state they belong to; those of journeys move to the customer that stays. */
export async function moveTimers(tx: Sql, from: string, into: string, enrollmentIds: readonly string[]): Promise<void> {
  await tx.query(
    `UPDATE timer SET customer_id = $2 WHERE customer_id = $1 AND kind IN ('journey_wait', 'candidate')
       AND (kind = 'candidate' OR payload->>'enrollmentId' = ANY($3::text[]))`,
    [from, into, enrollmentIds],
  );
  await tx.query("DELETE FROM timer WHERE customer_id = $1", [from]);
}

/** Puts timers off, unless they were moved or served meanwhile. */
export async function postponeTimers(sql: Sql, timers: readonly CustomerTimer[], until: number): Promise<void> {
  await sql.query(
    `UPDATE timer t SET due_at = $4 FROM unnest($1::uuid[], $2::text[], $3::text[]) AS x(customer_id, kind, ref)
     WHERE t.customer_id = x.customer_id AND t.kind = x.kind AND t.ref = x.ref AND t.due_at < $4`,
    [timers.map((timer) => timer.customerId), timers.map((timer) => timer.kind), timers.map((timer) => timer.ref), new Date(until)],
  );
}
