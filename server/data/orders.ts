import type { OrderFact } from "../domain/pipeline/facts.ts";
import type { Sql } from "./pool.ts";

export type OrderReport = { id: string; customerId: string; order: OrderFact };

/** At one instant an order is completed, then changed, then undone. */
const statusRanks = { completed: 0, updated: 1, cancelled: 2, refunded: 3 } as const;

function compareReports(a: OrderReport, b: OrderReport): number {
  return a.order.at - b.order.at || statusRanks[a.order.status] - statusRanks[b.order.status];
}

/** What an order is worth is told when it is completed or updated; a refund's own total is not the order's. */
function tellsAmount({ order }: OrderReport): boolean {
  return order.amount !== null && (order.status === "completed" || order.status === "updated");
}

/**
 * Adds or updates orders from what was told of them. The newest report by event time gives the status, the newest that told one gives
 * the amount, whatever order they arrive in.
 */
export async function saveOrders(tx: Sql, reports: readonly OrderReport[]): Promise<void> {
  if (reports.length === 0) return;
  await tx.query(
    `INSERT INTO order_record (id, customer_id, source_id, order_id, ordered_at, amount, amount_at, currency, quantity, status, status_at)
     SELECT t.id, t.customer_id, s.id, t.order_id, t.ordered_at, coalesce(t.amount, 0), t.amount_at, coalesce(t.currency, 'USD'), t.quantity,
       t.status, t.status_at
     FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, customer_id uuid, source_key text, order_id text, ordered_at timestamptz, amount numeric,
       amount_at timestamptz, currency text, quantity int, status text, status_at timestamptz) JOIN source s ON s.key = t.source_key
     ORDER BY s.id, t.order_id
     ON CONFLICT (source_id, order_id) DO UPDATE SET
       ordered_at = least(order_record.ordered_at, excluded.ordered_at),
       amount = CASE WHEN excluded.amount_at >= coalesce(order_record.amount_at, excluded.amount_at) THEN excluded.amount ELSE order_record.amount END,
       currency = CASE WHEN excluded.amount_at >= coalesce(order_record.amount_at, excluded.amount_at) THEN excluded.currency ELSE order_record.currency END,
       quantity = CASE WHEN excluded.amount_at >= coalesce(order_record.amount_at, excluded.amount_at) THEN excluded.quantity ELSE order_record.quantity END,
       amount_at = greatest(order_record.amount_at, excluded.amount_at),
       status = CASE WHEN (excluded.status_at, array_position(ARRAY['completed', 'updated', 'cancelled', 'refunded'], excluded.status))
           >= (order_record.status_at, array_position(ARRAY['completed', 'updated', 'cancelled', 'refunded'], order_record.status)) THEN excluded.status ELSE order_record.status END,
       status_at = greatest(order_record.status_at, excluded.status_at)`,
    [JSON.stringify(foldOrders(reports))],
  );
}

function foldOrders(reports: readonly OrderReport[]): object[] {
  const byOrder = new Map<string, OrderReport[]>();
  for (const report of reports) {
    const key = `${report.order.sourceKey}\n${report.order.orderId}`;
    byOrder.set(key, [...(byOrder.get(key) ?? []), report]);
  }
  return [...byOrder.values()].map((of) => {
    const inOrder = of.toSorted(compareReports);
    const first = inOrder[0];
    const last = inOrder.at(-1);
    const worth = inOrder.findLast(tellsAmount);
    return {
      id: last?.id,
      customer_id: last?.customerId,
      source_key: last?.order.sourceKey,
      order_id: last?.order.orderId,
      ordered_at: new Date(first?.order.at ?? 0),
      amount: worth?.order.amount ?? null,
      amount_at: worth === undefined ? null : new Date(worth.order.at),
      currency: worth?.order.currency ?? null,
      quantity: worth?.order.quantity ?? null,
      status: last?.order.status,
      status_at: new Date(last?.order.at ?? 0),
    };
  });
}
