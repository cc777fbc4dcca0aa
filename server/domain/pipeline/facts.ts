import * as z from "zod";
import type { DomainEvent } from "../events.ts";

/** An order as the event tells it. `status` is the newest by event time. Amounts are decimal text in `currency`. */
export type OrderFact = {
  sourceKey: string;
  orderId: string;
  at: number;
  status: "completed" | "updated" | "cancelled" | "refunded";
  amount: string | null;
  currency: string | null;
  quantity: number | null;
};

/** A support contact as the event tells it. `issueKey` says what it is about: a second case of the same issue is a recontact. */
export type CaseFact = {
  sourceKey: string;
  caseId: string;
  at: number;
  change: "opened" | "resolved" | "reopened";
  channel: string;
  caseType: string;
  issueKey: string;
  priority: string | null;
  madeSla: boolean | null;
};

const text = z.union([z.string().min(1).max(200), z.number().transform(String)]);
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);
const amount = z.union([z.number(), z.string().regex(/^-?\d{1,15}(\.\d{1,10})?$/)]).transform((value) => Number(value));

const orderSchema = z.object({
  order_id: text,
  total: optional(amount),
  revenue: optional(amount),
  value: optional(amount),
  currency: optional(z.string().regex(/^[A-Za-z]{3}$/)),
  products: optional(z.array(z.object({ quantity: optional(z.number()) })).max(1_000)),
});

const orderStatuses: Readonly<Record<string, OrderFact["status"]>> = {
  "Order Completed": "completed",
  "Order Updated": "updated",
  "Order Cancelled": "cancelled",
  "Order Refunded": "refunded",
};

const caseSchema = z.object({
  case_id: text,
  channel: optional(text),
  type: optional(text),
  issue: optional(text),
  priority: optional(text),
  made_sla: optional(z.boolean()),
});

const caseChanges: Readonly<Record<string, CaseFact["change"]>> = {
  "Case Opened": "opened",
  "Case Resolved": "resolved",
  "Case Reopened": "reopened",
};

function ofServer(event: DomainEvent, names: Readonly<Record<string, unknown>>): boolean {
  return event.type === "track" && event.name !== null && event.sourceKind !== "browser" && Object.hasOwn(names, event.name);
}

/** The order an event tells of, by the names and properties of Segment's e-commerce spec. A browser is not believed. */
export function orderOf(event: DomainEvent): OrderFact | null {
  if (!ofServer(event, orderStatuses)) return null;
  const status = orderStatuses[event.name ?? ""];
  const parsed = orderSchema.safeParse(event.properties);
  if (!parsed.success || status === undefined) return null;
  const order = parsed.data;
  const total = order.total ?? order.revenue ?? order.value;
  const quantity = order.products?.reduce((sum, product) => sum + Math.round(product.quantity ?? 1), 0);
  return {
    sourceKey: event.sourceKey,
    orderId: order.order_id,
    at: event.occurredAt,
    status,
    amount: total === null || total === undefined ? null : total.toFixed(4),
    currency: order.currency?.toUpperCase() ?? null,
    quantity: quantity ?? null,
  };
}

/** The support case an event tells of. What it is about falls back from `issue` to its type. A browser is not believed. */
export function caseOf(event: DomainEvent): CaseFact | null {
  if (!ofServer(event, caseChanges)) return null;
  const change = caseChanges[event.name ?? ""];
  const parsed = caseSchema.safeParse(event.properties);
  if (!parsed.success || change === undefined) return null;
  const told = parsed.data;
  const caseType = told.type ?? "other";
  return {
    sourceKey: event.sourceKey,
    caseId: told.case_id,
    at: event.occurredAt,
    change,
    channel: told.channel ?? "other",
    caseType,
    issueKey: told.issue ?? caseType,
    priority: told.priority ?? null,
    madeSla: told.made_sla ?? null,
  };
}
