import { uuidArray } from "./binary-array.ts";
import type { Sql } from "./pool.ts";

/** One message as its customer's owner may read it: no address, no text. Instants are epoch milliseconds. */
export type CustomerMessage = {
  id: string;
  createdAt: number;
  state: string;
  stateAt: number;
  reason: string | null;
  channel: string;
  class: string;
  purpose: string;
  topic: string;
  intent: string;
  journey: { key: string; version: number; node: string };
  response: { key: string; version: number };
  decisionId: string;
  clickedAt: number | null;
};

type Row = {
  id: string;
  created_at: Date;
  state: string;
  state_at: Date;
  reason: string | null;
  channel: string;
  class: string;
  purpose: string;
  topic: string;
  intent: string;
  journey_key: string;
  journey_version: number;
  node_id: string;
  response_key: string;
  response_version: number;
  decision_id: string;
  clicked_at: Date | null;
};

/** Messages to these customers, newest first; `before` is the id of the last one of the page before. */
export async function listForCustomers(
  sql: Sql,
  customerIds: readonly string[],
  page: { before: string | null; limit: number },
): Promise<CustomerMessage[]> {
  const { rows } = await sql.query<Row>(
    `SELECT id, created_at, state, state_at, reason, channel, class, purpose, topic, intent, journey_key, journey_version, node_id,
            response_key, response_version, decision_id, clicked_at
     FROM send_ledger WHERE customer_id = ANY($1::uuid[]) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    [uuidArray(customerIds), page.before, page.limit],
  );
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at.getTime(),
    state: row.state,
    stateAt: row.state_at.getTime(),
    reason: row.reason,
    channel: row.channel,
    class: row.class,
    purpose: row.purpose,
    topic: row.topic,
    intent: row.intent,
    journey: { key: row.journey_key, version: row.journey_version, node: row.node_id },
    response: { key: row.response_key, version: row.response_version },
    decisionId: row.decision_id,
    clickedAt: row.clicked_at?.getTime() ?? null,
  }));
}
