import { randomBytes } from "node:crypto";

export const CUSTOMERS = 10_000;
const EVENT_BYTES = 500;

const session = randomBytes(6).toString("hex");
let made = 0;

export function userId(customer: number): string {
  return `user-${customer}`;
}

export function emailOf(customer: number): string {
  return `user-${customer}@example.com`;
}

const context = { library: { name: "bench", version: "1.0.0" }, locale: "en-GB", timezone: "Europe/London" };

/** One track event of 500 bytes, as a client sends it. */
export function trackEvent(event: string, customer: number, properties: Record<string, unknown>): string {
  made += 1;
  const body = {
    type: "track",
    event,
    messageId: `bench-${session}-${made}`,
    userId: userId(customer),
    timestamp: new Date().toISOString(),
    properties: { ...properties, page: "https://shop.example.com/checkout/payment", pad: "" },
    context,
  };
  body.properties.pad = "x".repeat(Math.max(0, EVENT_BYTES - JSON.stringify(body).length));
  return JSON.stringify(body);
}

/** Makes a customer known, with an address. */
export function identifyEvent(customer: number): string {
  made += 1;
  const traits = { email: emailOf(customer), first_name: `Ada ${customer}`, plan: customer % 10 === 0 ? "gold" : "basic" };
  const event = { type: "identify", messageId: `bench-${session}-${made}`, userId: userId(customer), traits, context };
  return JSON.stringify({ ...event, timestamp: new Date().toISOString() });
}

export function batchOf(events: readonly string[]): string {
  return `{"batch":[${events.join(",")}],"sentAt":"${new Date().toISOString()}"}`;
}
