import type { CaseFact } from "../domain/pipeline/facts.ts";
import type { Sql } from "./pool.ts";

export type CaseChange = { id: string; customerId: string; fact: CaseFact };

/**
 * Adds or updates cases from what was told of them, in any order: opened at the earliest opening, status by the newest change, reopenings
 * counted once each.
 */
export async function saveCases(tx: Sql, changes: readonly CaseChange[]): Promise<void> {
  if (changes.length === 0) return;
  const folded = foldCases(changes);
  await tx.query(
    `INSERT INTO case_record (id, customer_id, source_id, case_id, channel, case_type, issue_key, priority, opened_at, first_resolved_at,
       resolved_at, reopened_count, made_sla, status, status_at)
     SELECT t.id, t.customer_id, s.id, t.case_id, t.channel, t.case_type, t.issue_key, t.priority, t.opened_at, t.first_resolved_at,
       t.resolved_at, t.reopened_count, t.made_sla, t.status, t.status_at
     FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, customer_id uuid, source_key text, case_id text, channel text, case_type text,
       issue_key text, priority text, opened_at timestamptz, first_resolved_at timestamptz, resolved_at timestamptz, reopened_count int,
       made_sla boolean, status text, status_at timestamptz, tells_subject boolean) JOIN source s ON s.key = t.source_key
     ORDER BY s.id, t.case_id
     ON CONFLICT (source_id, case_id) DO UPDATE SET
       channel = CASE WHEN excluded.channel <> 'other' THEN excluded.channel ELSE case_record.channel END,
       case_type = CASE WHEN excluded.case_type <> 'other' THEN excluded.case_type ELSE case_record.case_type END,
       issue_key = CASE WHEN excluded.issue_key <> 'other' THEN excluded.issue_key ELSE case_record.issue_key END,
       priority = coalesce(excluded.priority, case_record.priority),
       opened_at = least(case_record.opened_at, excluded.opened_at),
       first_resolved_at = least(case_record.first_resolved_at, excluded.first_resolved_at),
       resolved_at = greatest(case_record.resolved_at, excluded.resolved_at),
       reopened_count = case_record.reopened_count + excluded.reopened_count,
       made_sla = coalesce(excluded.made_sla, case_record.made_sla),
       status = CASE WHEN excluded.status_at > case_record.status_at
           OR (excluded.status_at = case_record.status_at AND excluded.status = 'resolved') THEN excluded.status ELSE case_record.status END,
       status_at = greatest(case_record.status_at, excluded.status_at)`,
    [JSON.stringify(folded)],
  );
}

/** At one instant a case is opened, then reopened, then resolved: contacts solved in the minute they came in are common. */
const changeRanks = { opened: 0, reopened: 1, resolved: 2 } as const;

function compareChanges(a: CaseChange, b: CaseChange): number {
  return a.fact.at - b.fact.at || changeRanks[a.fact.change] - changeRanks[b.fact.change];
}

function foldCases(changes: readonly CaseChange[]): object[] {
  const byCase = new Map<string, CaseChange[]>();
  for (const change of changes) {
    const key = `${change.fact.sourceKey}\n${change.fact.caseId}`;
    byCase.set(key, [...(byCase.get(key) ?? []), change]);
  }
  return [...byCase.values()].map((of) => {
    const inOrder = of.toSorted(compareChanges);
    const resolved = inOrder.filter(({ fact }) => fact.change === "resolved").map(({ fact }) => fact.at);
    const first = inOrder[0];
    const last = inOrder.at(-1);
    const tell = (pick: (fact: CaseFact) => string | null) =>
      inOrder.map(({ fact }) => pick(fact)).findLast((value) => value !== null && value !== "other") ?? null;
    return {
      id: last?.id,
      customer_id: last?.customerId,
      source_key: last?.fact.sourceKey,
      case_id: last?.fact.caseId,
      channel: tell((fact) => fact.channel) ?? "other",
      case_type: tell((fact) => fact.caseType) ?? "other",
      issue_key: tell((fact) => fact.issueKey) ?? "other",
      priority: tell((fact) => fact.priority),
      opened_at: new Date(first?.fact.at ?? 0),
      first_resolved_at: resolved[0] === undefined ? null : new Date(resolved[0]),
      resolved_at: resolved.length === 0 ? null : new Date(Math.max(...resolved)),
      reopened_count: inOrder.filter(({ fact }) => fact.change === "reopened").length,
      made_sla: inOrder.map(({ fact }) => fact.madeSla).findLast((value) => value !== null) ?? null,
      status: last?.fact.change === "resolved" ? "resolved" : "open",
      status_at: new Date(last?.fact.at ?? 0),
    };
  });
}

/** A new case that follows a resolved one of the same customer and issue: after how many days it came. */
export type Recontact = { customerId: string; sourceKey: string; caseId: string; openedAt: number; previousCaseId: string; days: number };

/** Of the given openings, those within 14 days of the resolution of an earlier case about the same issue. */
export async function findRecontacts(tx: Sql, opened: readonly { customerId: string; fact: CaseFact }[]): Promise<Recontact[]> {
  if (opened.length === 0) return [];
  const result = await tx.query<{
    customer_id: string;
    source_key: string;
    case_id: string;
    opened_at: Date;
    previous: string;
    days: number;
  }>(
    `SELECT t.customer_id, t.source_key, t.case_id, t.opened_at, p.case_id AS previous,
       extract(epoch FROM t.opened_at - p.resolved_at)::float8 / 86400 AS days
     FROM jsonb_to_recordset($1::jsonb) AS t(customer_id uuid, source_key text, case_id text, issue_key text, opened_at timestamptz)
     CROSS JOIN LATERAL (
       SELECT c.case_id, c.resolved_at FROM case_record c
       WHERE c.customer_id IN (SELECT t.customer_id UNION ALL SELECT m.id FROM customer m WHERE m.merged_into = t.customer_id)
         AND c.issue_key = t.issue_key AND c.case_id <> t.case_id
         AND c.resolved_at <= t.opened_at AND c.resolved_at >= t.opened_at - interval '14 days'
       ORDER BY c.resolved_at DESC LIMIT 1) p`,
    [
      JSON.stringify(
        opened.map(({ customerId, fact }) => ({
          customer_id: customerId,
          source_key: fact.sourceKey,
          case_id: fact.caseId,
          issue_key: fact.issueKey,
          opened_at: new Date(fact.at),
        })),
      ),
    ],
  );
  return result.rows.map((row) => ({
    customerId: row.customer_id,
    sourceKey: row.source_key,
    caseId: row.case_id,
    openedAt: row.opened_at.getTime(),
    previousCaseId: row.previous,
    days: row.days,
  }));
}
