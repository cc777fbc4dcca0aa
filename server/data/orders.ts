import type { OrderFact } from "../domain/pipeline/facts.ts";
import type { Sql } from "./pool.ts";

/** Adds or updates orders; of several reports of one order the newest by event time counts, whatever order they arrive in. */
export async function saveOrders(tx: Sql, orders: readonly { id: string; customerId: string; order: OrderFact }[]): Promise<void> {
  if (orders.length === 0) return;
  const newest = new Map<string, (typeof orders)[number]>();
  for (const one of orders) {
    const key = `${one.order.sourceKey}\n${one.order.orderId}`;
    const known = newest.get(key);
    if (known === undefined || known.order.at <= one.order.at) newest.set(key, { ...one, order: withKnown(one.order, known?.order) });
  }
  await tx.query(
    `INSERT INTO order_record (id, customer_id, source_id, order_id, ordered_at, amount, currency, quantity, status, status_at)
     SELECT t.id, t.customer_id, s.id, t.order_id, t.at, coalesce(t.amount, 0), coalesce(t.currency, 'USD'), t.quantity, t.status, t.at
     FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, customer_id uuid, source_key text, order_id text, at timestamptz, amount numeric,
       currency text, quantity int, status text) JOIN source s ON s.key = t.source_key
     ORDER BY s.id, t.order_id
     ON CONFLICT (source_id, order_id) DO UPDATE SET
       ordered_at = least(order_record.ordered_at, excluded.ordered_at),
       status = CASE WHEN excluded.status_at >= order_record.status_at THEN excluded.status ELSE order_record.status END,
       amount = CASE WHEN excluded.amount <> 0 AND (excluded.status IN ('completed', 'updated')) THEN excluded.amount ELSE order_record.amount END,
       currency = CASE WHEN excluded.amount <> 0 THEN excluded.currency ELSE order_record.currency END,
       quantity = coalesce(excluded.quantity, order_record.quantity),
       status_at = greatest(order_record.status_at, excluded.status_at)`,
    [
      JSON.stringify(
        [...newest.values()].map(({ id, customerId, order }) => ({
          id,
          customer_id: customerId,
          source_key: order.sourceKey,
          order_id: order.orderId,
          at: new Date(order.at),
          amount: order.amount,
          currency: order.currency,
          quantity: order.quantity,
          status: order.status,
        })),
      ),
    ],
  );
}

function withKnown(order: OrderFact, earlier: OrderFact | undefined): OrderFact {
  if (earlier === undefined) return order;
  return {
    ...order,
    amount: order.amount ?? earlier.amount,
    currency: order.currency ?? earlier.currency,
    quantity: order.quantity ?? earlier.quantity,
  };
}
