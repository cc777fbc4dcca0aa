import type { DomainEvent } from "../domain/events.ts";
import { type EventRow, eventColumns, toDomainEvent } from "./events.ts";
import type { Sql } from "./pool.ts";

export { isConnectionFault } from "./pool.ts";

/**
 * Names up to `limit` waiting events as begun: its own commit, before the work, so that a crash leaves their names behind. Events in a
 * claim that has not run out are left to their worker; a race between two claims is settled when the events are taken. Suspects
 * are events that were tried before: they come in groups that get smaller with each try, until the one that kills is alone.
 *
 * Its commit does not wait for the disk: a claim says which worker died, and after a crash of the server itself it may be missing.
 */
export async function claimEvents(
  sql: Sql,
  claim: { id: string; limit: number; now: number; leaseUntil: number; suspects: boolean },
): Promise<string[]> {
  const picked = claim.suspects
    ? `SELECT event_id FROM event_pending
       WHERE attempts = (SELECT min(attempts) FROM event_pending WHERE attempts > 0 AND event_id NOT IN (SELECT event_id FROM live))
         AND event_id NOT IN (SELECT event_id FROM live)
       ORDER BY event_id
       LIMIT greatest(1, $2::int >> (3 * (SELECT min(attempts)::int FROM event_pending WHERE attempts > 0)))`
    : `SELECT event_id FROM event_pending
       WHERE attempts = 0 AND event_id NOT IN (SELECT event_id FROM live) ORDER BY event_id LIMIT $2::int`;
  const result = await sql.query<{ event_ids: string[] }>(
    `WITH live AS (SELECT unnest(event_ids) AS event_id FROM event_claim WHERE lease_until > $3),
          picked AS (${picked})
     INSERT INTO event_claim (id, event_ids, lease_until)
     SELECT $1::uuid, array_agg(event_id), $4::timestamptz FROM picked
     HAVING count(*) > 0 AND set_config('synchronous_commit', 'off', true) IS NOT NULL
     RETURNING event_ids`,
    [claim.id, claim.limit, new Date(claim.now), new Date(claim.leaseUntil)],
  );
  return result.rows[0]?.event_ids ?? [];
}

export async function releaseClaim(sql: Sql, claimId: string): Promise<void> {
  await sql.query("DELETE FROM event_claim WHERE id = $1 AND set_config('synchronous_commit', 'off', true) IS NOT NULL", [claimId]);
}

/** Prolongs the lease of work that is still going on; false when somebody already counted it as crashed. */
export async function extendClaim(sql: Sql, claimId: string, leaseUntil: number): Promise<boolean> {
  const result = await sql.query("UPDATE event_claim SET lease_until = $2 WHERE id = $1", [claimId, new Date(leaseUntil)]);
  return result.rowCount === 1;
}

/** Takes the events off the work list, for this transaction, and loads them in arrival order. What another worker holds is left out. */
export async function takeEvents(tx: Sql, eventIds: readonly string[]): Promise<DomainEvent[]> {
  const result = await tx.query<EventRow>(
    `WITH taken AS (
       DELETE FROM event_pending WHERE event_id IN (
         SELECT event_id FROM event_pending WHERE event_id = ANY($1::uuid[]) ORDER BY event_id FOR UPDATE SKIP LOCKED)
       RETURNING event_id)
     SELECT ${eventColumns} FROM events e JOIN source s ON s.id = e.source_id
     WHERE e.id = ANY($1::uuid[]) AND e.id IN (SELECT event_id FROM taken) ORDER BY e.id`,
    [eventIds],
  );
  return result.rows.map(toDomainEvent);
}

/** Identity and attempts of events that still wait, to split a failing batch by. */
export async function loadWaiting(sql: Sql, eventIds: readonly string[]): Promise<{ eventId: string; actor: string; attempts: number }[]> {
  const result = await sql.query<{ event_id: string; actor: string; attempts: number }>(
    `SELECT p.event_id, e.actor, p.attempts FROM event_pending p JOIN events e ON e.id = p.event_id
     WHERE p.event_id = ANY($1::uuid[]) AND e.id = ANY($1::uuid[]) ORDER BY e.actor, p.event_id`,
    [eventIds],
  );
  return result.rows.map((row) => ({ eventId: row.event_id, actor: row.actor, attempts: row.attempts }));
}

/** Counts one more try of these events. */
export async function countAttempt(sql: Sql, eventIds: readonly string[]): Promise<void> {
  await sql.query("UPDATE event_pending SET attempts = attempts + 1 WHERE event_id = ANY($1::uuid[])", [eventIds]);
}

/**
 * Counts a try for every event of a claim whose worker is gone (its lease ran out), and forgets the claim. Returns how many events
 * became suspects.
 */
export async function recoverClaims(sql: Sql, now: number): Promise<number> {
  const result = await sql.query(
    `WITH stale AS (
       DELETE FROM event_claim WHERE id IN (SELECT id FROM event_claim WHERE lease_until <= $1 FOR UPDATE SKIP LOCKED) RETURNING event_ids)
     UPDATE event_pending SET attempts = attempts + 1
     WHERE event_id IN (SELECT unnest(event_ids) FROM stale)`,
    [new Date(now)],
  );
  return result.rowCount ?? 0;
}

/** Moves events that were tried `maxAttempts` times out of the way, with the reason. Returns how many. */
export async function quarantineExhausted(
  sql: Sql,
  limits: { maxAttempts: number; reason: string; now: number; eventIds?: readonly string[] },
): Promise<number> {
  const result = await sql.query(
    `WITH given_up AS (
       DELETE FROM event_pending WHERE attempts >= $1 AND ($4::uuid[] IS NULL OR event_id = ANY($4::uuid[])) RETURNING event_id, attempts)
     INSERT INTO event_quarantine (event_id, reason, attempts, quarantined_at)
     SELECT event_id, $2, attempts, $3 FROM given_up
     ON CONFLICT (event_id) DO UPDATE SET reason = excluded.reason, attempts = excluded.attempts,
       quarantined_at = excluded.quarantined_at, released_at = NULL`,
    [limits.maxAttempts, limits.reason.slice(0, 500), new Date(limits.now), limits.eventIds ?? null],
  );
  return result.rowCount ?? 0;
}

/** Puts an event back on the work list as if it were new; why it was put aside and how often it was tried, or null when it is not put aside. */
export async function releaseQuarantined(tx: Sql, eventId: string, now: number): Promise<{ reason: string; attempts: number } | null> {
  const { rows } = await tx.query<{ reason: string; attempts: number }>(
    "UPDATE event_quarantine SET released_at = $2 WHERE event_id = $1 AND released_at IS NULL RETURNING reason, attempts",
    [eventId, new Date(now)],
  );
  const row = rows[0];
  if (row === undefined) return null;
  await tx.query("INSERT INTO event_pending (event_id) VALUES ($1) ON CONFLICT (event_id) DO NOTHING", [eventId]);
  return row;
}

/** Is anything waiting? `suspects` are events that were tried before. */
export async function pendingWork(sql: Sql): Promise<{ fresh: boolean; suspects: boolean }> {
  const result = await sql.query<{ fresh: boolean; suspects: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM event_pending WHERE attempts = 0) AS fresh,
            EXISTS (SELECT 1 FROM event_pending WHERE attempts > 0) AS suspects`,
  );
  return result.rows[0] ?? { fresh: false, suspects: false };
}

/**
 * Stored events of each customer that happened at or after an instant, whether processed or not, at most `perCustomer` each, oldest
 * first.
 */
export async function loadEventsSince(
  tx: Sql,
  customers: readonly { customerId: string; since: number }[],
  perCustomer: number,
): Promise<Map<string, DomainEvent[]>> {
  const byCustomer = new Map<string, DomainEvent[]>();
  if (customers.length === 0) return byCustomer;
  const result = await tx.query<EventRow & { customer_id: string }>(
    `SELECT c.customer_id, ${eventColumns}
     FROM unnest($1::uuid[], $2::timestamptz[]) AS c(customer_id, since)
     CROSS JOIN LATERAL (
       SELECT e.* FROM identity i JOIN events e ON e.actor = i.actor
       WHERE i.customer_id = c.customer_id AND e.occurred_at >= c.since ORDER BY e.occurred_at LIMIT $3) e
     JOIN source s ON s.id = e.source_id`,
    [customers.map((customer) => customer.customerId), customers.map((customer) => new Date(customer.since)), perCustomer],
  );
  for (const row of result.rows) {
    const list = byCustomer.get(row.customer_id) ?? [];
    list.push(toDomainEvent(row));
    byCustomer.set(row.customer_id, list);
  }
  return byCustomer;
}
