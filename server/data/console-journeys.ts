import type { Sql } from "./pool.ts";

export type JourneyCounts = { journey: string; entered: number; active: number; sent: number; withheld: number; goals: number };

/** Life-time counts of each journey, by key. `entered` and `goals` count enrollments, `sent` and `withheld` messages. */
export async function countByJourney(sql: Sql, key: string | null): Promise<Map<string, JourneyCounts>> {
  const { rows } = await sql.query<JourneyCounts>(
    `WITH e AS (
       SELECT journey_key, count(*) AS entered, count(*) FILTER (WHERE status = 'active') AS active, count(goal_at) AS goals
       FROM enrollment WHERE $1::text IS NULL OR journey_key = $1 GROUP BY journey_key
     ), m AS (
       SELECT journey_key, count(*) FILTER (WHERE state IN ('sent', 'delivered')) AS sent, count(*) FILTER (WHERE state = 'withheld') AS withheld
       FROM send_ledger WHERE $1::text IS NULL OR journey_key = $1 GROUP BY journey_key
     )
     SELECT coalesce(e.journey_key, m.journey_key) AS journey, coalesce(entered, 0) AS entered, coalesce(active, 0) AS active,
       coalesce(sent, 0) AS sent, coalesce(withheld, 0) AS withheld, coalesce(goals, 0) AS goals
     FROM e FULL JOIN m ON m.journey_key = e.journey_key`,
    [key],
  );
  return new Map(rows.map((row) => [row.journey, row]));
}

export type NodeCounts = { node: string; here: number; sent: number; withheld: number; failed: number };

/** Per node of a journey, over its versions: who is there now, and what its messages became. */
export async function countByNode(sql: Sql, journeyKey: string): Promise<NodeCounts[]> {
  const { rows } = await sql.query<NodeCounts>(
    `WITH e AS (
       SELECT node_id, count(*) AS here FROM enrollment WHERE journey_key = $1 AND status = 'active' GROUP BY node_id
     ), m AS (
       SELECT node_id, count(*) FILTER (WHERE state IN ('sent', 'delivered')) AS sent, count(*) FILTER (WHERE state = 'withheld') AS withheld,
         count(*) FILTER (WHERE state IN ('failed', 'unknown')) AS failed
       FROM send_ledger WHERE journey_key = $1 GROUP BY node_id
     )
     SELECT coalesce(e.node_id, m.node_id) AS node, coalesce(here, 0) AS here, coalesce(sent, 0) AS sent, coalesce(withheld, 0) AS withheld,
       coalesce(failed, 0) AS failed
     FROM e FULL JOIN m ON m.node_id = e.node_id`,
    [journeyKey],
  );
  return rows;
}

/** What was decided for a journey since `since`, by verdict and deciding guard. */
export async function countDecisions(
  sql: Sql,
  journeyKey: string,
  since: number,
): Promise<{ verdict: string; guard: string | null; count: number }[]> {
  const { rows } = await sql.query<{ verdict: string; guard: string | null; count: number }>(
    `SELECT verdict, guard, count(*) AS count FROM decision WHERE journey_key = $1 AND id >= uuid_floor($2)
     GROUP BY verdict, guard ORDER BY count(*) DESC, verdict LIMIT 30`,
    [journeyKey, new Date(since)],
  );
  return rows;
}

export type JourneyListRow = {
  key: string;
  name: string;
  liveVersion: number | null;
  draft: boolean;
  suspendedReason: string | null;
  content: unknown;
};

/** Every journey that was not retired, with the content of its live version, or of its newest one when none is live. */
export async function listJourneys(sql: Sql): Promise<JourneyListRow[]> {
  const { rows } = await sql.query<{
    key: string;
    name: string;
    live_version: number | null;
    draft: boolean;
    suspended_reason: string | null;
    content: unknown;
  }>(
    `SELECT a.key, a.name, a.live_version, a.suspended_reason,
       EXISTS (SELECT FROM artifact_version d WHERE d.artifact_id = a.id AND d.status IN ('draft', 'submitted')) AS draft,
       (SELECT v.content FROM artifact_version v WHERE v.artifact_id = a.id
        ORDER BY v.version = a.live_version DESC NULLS LAST, v.version DESC LIMIT 1) AS content
     FROM artifact a WHERE a.kind = 'journey' AND a.retired_at IS NULL ORDER BY a.live_version IS NULL, a.name LIMIT 500`,
  );
  return rows.map((row) => ({
    key: row.key,
    name: row.name,
    liveVersion: row.live_version,
    draft: row.draft,
    suspendedReason: row.suspended_reason,
    content: row.content,
  }));
}
