import type { Sql } from "./pool.ts";

/** Beyond this the backlog is shown as "more than": counting further would cost more than it tells. */
export const BACKLOG_COUNTED_TO = 100_000;

export type Pulse = {
  received: { minute: number; count: number }[];
  processed: { minute: number; count: number }[];
  backlog: number;
  oldestPendingId: string | null;
  quarantined: number;
  rejected: number;
  dueTimers: number;
};

/** How the road runs: per minute since `since`, and what waits. Minutes are epoch milliseconds; minutes without work are left out. */
export async function readPulse(sql: Sql, since: number, now: number): Promise<Pulse> {
  const from = new Date(since);
  const perMinute = (row: { minute: Date; count: number }) => ({ minute: row.minute.getTime(), count: row.count });
  const [received, processed, waiting] = await Promise.all([
    sql.query<{ minute: Date; count: number }>(
      "SELECT date_trunc('minute', received_at) AS minute, count(*) AS count FROM events WHERE id >= uuid_floor($1) GROUP BY 1 ORDER BY 1",
      [from],
    ),
    sql.query<{ minute: Date; count: number }>(
      `SELECT date_trunc('minute', now) AS minute, sum(cardinality(event_ids)) AS count FROM evaluation_log
       WHERE id >= uuid_floor($1) AND cardinality(event_ids) > 0 GROUP BY 1 ORDER BY 1`,
      [from],
    ),
    sql.query<{ backlog: number; oldest: string | null; quarantined: number; rejected: number; due: number }>(
      `SELECT (SELECT count(*) FROM (SELECT FROM event_pending LIMIT ${BACKLOG_COUNTED_TO + 1}) AS counted) AS backlog,
         (SELECT event_id FROM event_pending ORDER BY event_id LIMIT 1) AS oldest,
         (SELECT count(*) FROM event_quarantine WHERE released_at IS NULL) AS quarantined,
         (SELECT coalesce(sum(count), 0)::bigint FROM event_rejection WHERE hour >= $1::timestamptz - interval '1 day') AS rejected,
         (SELECT count(*) FROM timer WHERE due_at <= $2) AS due`,
      [from, new Date(now)],
    ),
  ]);
  const row = waiting.rows[0];
  return {
    received: received.rows.map(perMinute),
    processed: processed.rows.map(perMinute),
    backlog: row?.backlog ?? 0,
    oldestPendingId: row?.oldest ?? null,
    quarantined: row?.quarantined ?? 0,
    rejected: row?.rejected ?? 0,
    dueTimers: row?.due ?? 0,
  };
}

/** Messages begun since `since`, by state. */
export async function countMessages(sql: Sql, since: number): Promise<{ state: string; count: number }[]> {
  const { rows } = await sql.query<{ state: string; count: number }>(
    "SELECT state, count(*) AS count FROM send_ledger WHERE id >= uuid_floor($1) GROUP BY state",
    [new Date(since)],
  );
  return rows;
}

/** Decisions since `since`, by verdict. */
export async function countVerdicts(sql: Sql, since: number): Promise<{ verdict: string; count: number }[]> {
  const { rows } = await sql.query<{ verdict: string; count: number }>(
    "SELECT verdict, count(*) AS count FROM decision WHERE id >= uuid_floor($1) GROUP BY verdict",
    [new Date(since)],
  );
  return rows;
}

export type ArmCounts = { arm: "treated" | "holdout"; people: number; contacted: number; goals: number };

/**
 * For both arms, each customer once, at the first help that was due since `since`: how many there are, how many opened a support case within
 * `windowMs` after it, and how many reached the goal. Customers merged across arms are left out.
 */
export async function countArms(sql: Sql, query: { since: number; windowMs: number; journeyKey: string | null }): Promise<ArmCounts[]> {
  const { rows } = await sql.query<ArmCounts>(
    `WITH first AS (
       SELECT DISTINCT ON (e.customer_id) e.customer_id, e.arm, e.eligible_at, e.goal_at
       FROM enrollment e JOIN customer c ON c.id = e.customer_id AND NOT c.contaminated
       WHERE e.eligible_at >= $1 AND ($3::text IS NULL OR e.journey_key = $3)
       ORDER BY e.customer_id, e.eligible_at
     )
     SELECT arm, count(*) AS people,
       count(*) FILTER (WHERE EXISTS (SELECT FROM case_record k WHERE k.customer_id = first.customer_id
         AND k.opened_at > eligible_at AND k.opened_at <= eligible_at + make_interval(secs => $2))) AS contacted,
       count(*) FILTER (WHERE goal_at >= eligible_at) AS goals
     FROM first GROUP BY arm`,
    [new Date(query.since), query.windowMs / 1000, query.journeyKey],
  );
  return rows;
}

export type Attention = {
  openTasks: number;
  suspended: number;
  sendingPaused: boolean;
  pausedReason: string | null;
  shadow: boolean;
  openIncidents: number;
};

/** What needs a person. */
export async function readAttention(sql: Sql): Promise<Attention> {
  const { rows } = await sql.query<Attention>(
    `SELECT c.sending_paused AS "sendingPaused", c.paused_reason AS "pausedReason", c.shadow_mode AS shadow,
       (SELECT count(*) FROM task WHERE closed_at IS NULL) AS "openTasks",
       (SELECT count(*) FROM artifact WHERE suspended_at IS NOT NULL) AS suspended,
       (SELECT count(*) FROM incident WHERE status = 'open') AS "openIncidents"
     FROM control c WHERE c.id = 1`,
  );
  return rows[0] ?? { openTasks: 0, suspended: 0, sendingPaused: false, pausedReason: null, shadow: false, openIncidents: 0 };
}
