import { between, wholeBetween } from "./draws.ts";
import type { Scene } from "./world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Places an order and plans its way: in time, or late with a delay that becomes known before the promised moment. */
export function placeOrder(scene: Scene): void {
  const { model, resident, at } = scene;
  resident.counts.orders += 1;
  const number = resident.counts.orders;
  const orderId = `${resident.person.userId.slice("demo-".length)}-${number}`;
  const u = (name: string) => scene.chance("order", number, name);
  const amount = Math.round(between(u("amount"), 12, 140) * 100) / 100;
  const quantity = wholeBetween(u("quantity"), 1, 3);
  const properties = { order_id: orderId, total: amount, currency: "EUR", products: [{ product_id: `p-${number}`, quantity }] };
  scene.tell({ type: "track", name: "Order Completed", properties });
  resident.openOrders[orderId] = { amount };
  const promisedMs = between(u("promised"), model.delivery.promisedMs.from, model.delivery.promisedMs.to);
  const delayMs = u("late") < model.delivery.late ? between(u("delay"), model.delivery.delayMs.from, model.delivery.delayMs.to) : 0;
  const deliversAt = Math.floor(at + promisedMs + delayMs);
  if (delayMs > 0) scene.plan(at + promisedMs * between(u("known"), 0.5, 1), { kind: "delay", orderId, delayMs, deliversAt });
  scene.plan(deliversAt, { kind: "deliver", orderId });
}

/** The carrier reports a delay. Some will ask where the parcel is, some will cancel: fewer of those who were told. */
export function runLate(scene: Scene, { orderId, delayMs, deliversAt }: { orderId: string; delayMs: number; deliversAt: number }): void {
  const { at } = scene;
  const properties = {
    order_id: orderId,
    delay_minutes: Math.round(delayMs / MINUTE),
    new_eta: new Date(deliversAt).toISOString().slice(0, 10),
  };
  scene.tell({ type: "track", name: "Delivery Delayed", properties });
  const leftMs = deliversAt - at;
  const u = (name: string) => scene.chance("late", orderId, name);
  scene.plan(at + between(u("asks"), 0.2, 0.9) * leftMs, { kind: "ask_delay", orderId, since: at });
  scene.plan(at + between(u("cancels"), 0.3, 0.9) * leftMs, { kind: "cancel_late", orderId, since: at });
}

export function cancelLate(scene: Scene, { orderId, since }: { orderId: string; since: number }): void {
  if (!scene.ask("cancel_late_order", `order-${orderId}`, since)) return;
  delete scene.resident.openOrders[orderId];
  scene.tell({ type: "track", name: "Order Cancelled", properties: { order_id: orderId } });
}

/** The parcel arrives, unless the order was cancelled. Some orders come back, some raise questions. */
export function deliver(scene: Scene, orderId: string): void {
  const { model, resident, at } = scene;
  const order = resident.openOrders[orderId];
  if (order === undefined) return;
  delete resident.openOrders[orderId];
  scene.tell({ type: "track", name: "Order Delivered", properties: { order_id: orderId } });
  const u = (name: string) => scene.chance("delivered", orderId, name);
  if (u("refund") < model.delivery.refunded) {
    scene.plan(at + between(u("refunded"), 24, 96) * HOUR, { kind: "refund", orderId, amount: order.amount });
  }
  if (u("unforeseen") < model.cases.unforeseen) {
    scene.plan(at + between(u("asks"), 2, 60) * HOUR, { kind: "ask_unforeseen", orderId });
  }
}

export function refund(scene: Scene, { orderId, amount }: { orderId: string; amount: number }): void {
  scene.tell({ type: "track", name: "Order Refunded", properties: { order_id: orderId, total: amount, currency: "EUR" } });
}
