import { type StoryKind, storyKinds } from "../contracts/console/story.ts";
import type { Sql } from "./pool.ts";

export type StoryPlace = { at: number; id: string };
export type StoryRow = { kind: StoryKind; id: string; at: number; data: unknown };

/**
 * One branch per kind: `$1` the customer ids of the cluster, `$2`/`$3` the place to go on after, `$4` how many. Each branch is sorted and cut
 * by itself on its own index, so that a customer with a million events costs one page.
 */
const branches: Record<StoryKind, { from: string; id: string; at: string; data: string }> = {
  event: {
    from: "identity i JOIN events t ON t.actor = i.actor JOIN source s ON s.id = t.source_id WHERE i.customer_id = ANY($1::uuid[])",
    id: "t.id",
    at: "t.occurred_at",
    data: `'type', t.type, 'name', t.name, 'source', s.name, 'sourceKind', s.kind, 'verified', t.verified, 'historical', t.historical,
      'receivedAt', t.received_at, 'payload', t.payload`,
  },
  transition: {
    from: "situation_transition t WHERE t.customer_id = ANY($1::uuid[])",
    id: "t.id",
    at: "t.at",
    data: `'situation', t.situation_key, 'version', t.version, 'kind', t.kind, 'episode', t.episode, 'retroactive', t.retroactive,
      'score', t.score, 'contributions', t.contributions`,
  },
  journey: {
    from: "enrollment t WHERE t.customer_id = ANY($1::uuid[])",
    id: "t.id",
    at: "t.entered_at",
    data: `'journey', t.journey_key, 'version', t.journey_version, 'entryKind', t.entry_kind, 'arm', t.arm, 'status', t.status,
      'node', t.node_id, 'goalAt', t.goal_at, 'endedAt', t.ended_at, 'endReason', t.end_reason`,
  },
  decision: {
    from: "decision t LEFT JOIN candidate c ON c.id = t.candidate_id WHERE t.customer_id = ANY($1::uuid[])",
    id: "t.id",
    at: "t.decided_at",
    data: `'journey', t.journey_key, 'version', t.journey_version, 'verdict', t.verdict, 'wouldBe', t.would_be, 'guard', t.guard,
      'channel', t.channel, 'holdUntil', t.hold_until, 'engineVersion', t.engine_version, 'record', t.record, 'input', t.input, 'offer', c.offer`,
  },
  message: {
    from: "send_ledger t LEFT JOIN message_body b ON b.id = t.id WHERE t.customer_id = ANY($1::uuid[])",
    id: "t.id",
    at: "t.created_at",
    data: `'journey', t.journey_key, 'node', t.node_id, 'response', t.response_key, 'channel', t.channel, 'state', t.state, 'reason', t.reason,
      'stateAt', t.state_at, 'subject', b.subject, 'decisionId', t.decision_id, 'clickedAt', t.clicked_at, 'attempts', t.attempts`,
  },
  reaction: {
    from: "help_reaction t WHERE t.customer_id = ANY($1::uuid[])",
    id: "t.id",
    at: "t.at",
    data: "'kind', t.kind, 'intent', t.intent, 'topic', t.topic, 'until', t.until",
  },
  order: {
    from: "order_record t WHERE t.customer_id = ANY($1::uuid[])",
    id: "t.id",
    at: "t.ordered_at",
    data: "'orderId', t.order_id, 'amount', t.amount::text, 'currency', t.currency, 'quantity', t.quantity, 'status', t.status",
  },
  case: {
    from: "case_record t WHERE t.customer_id = ANY($1::uuid[])",
    id: "t.id",
    at: "t.opened_at",
    data: `'caseId', t.case_id, 'channel', t.channel, 'type', t.case_type, 'issue', t.issue_key, 'status', t.status,
      'resolvedAt', t.resolved_at, 'reopened', t.reopened_count`,
  },
  task: {
    from: "task t WHERE t.customer_id = ANY($1::uuid[])",
    id: "t.id",
    at: "t.created_at",
    data: "'kind', t.kind, 'queue', t.queue, 'title', t.title, 'dueAt', t.due_at, 'closedAt', t.closed_at, 'resolution', t.resolution",
  },
  consent: {
    from: "consent_entry t WHERE t.customer_id = ANY($1::uuid[])",
    id: "t.id",
    at: "t.occurred_at",
    data: "'purpose', t.purpose, 'channel', t.channel, 'state', t.state, 'basis', t.basis, 'source', t.source",
  },
  outcome: {
    from: "outcome t WHERE t.customer_id = ANY($1::uuid[])",
    id: "t.id",
    at: "t.at",
    data: "'kind', t.kind, 'journey', t.journey_key, 'arm', t.arm, 'detail', t.detail",
  },
};

/** One page of a customer's story, newest first. `kinds` empty means all. */
export async function list(
  sql: Sql,
  query: { cluster: readonly string[]; kinds: readonly StoryKind[]; before: StoryPlace | null; limit: number },
): Promise<StoryRow[]> {
  const wanted = query.kinds.length === 0 ? storyKinds : query.kinds;
  const parts = wanted.map((kind) => {
    const { from, id, at, data } = branches[kind];
    return `(SELECT '${kind}' AS kind, ${id} AS id, ${at} AS at, jsonb_build_object(${data}) AS data FROM ${from}
      AND ($2::timestamptz IS NULL OR (${at}, ${id}) < ($2, $3::uuid)) ORDER BY ${at} DESC, ${id} DESC LIMIT $4)`;
  });
  const { rows } = await sql.query<{ kind: StoryKind; id: string; at: Date; data: unknown }>(
    `SELECT * FROM (${parts.join("\nUNION ALL\n")}) AS story ORDER BY at DESC, id DESC LIMIT $4`,
    [query.cluster, query.before === null ? null : new Date(query.before.at), query.before?.id ?? null, query.limit],
  );
  return rows.map((row) => ({ kind: row.kind, id: row.id, at: row.at.getTime(), data: row.data }));
}
