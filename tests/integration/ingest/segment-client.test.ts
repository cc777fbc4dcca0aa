import { Analytics } from "@segment/analytics-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { count, type GatewayUnderTest, startGateway, storedEvents, WRITE_KEY } from "../gateway/gateway-under-test.ts";

let gateway: GatewayUnderTest;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

describe("the official Node client of Segment", () => {
  test("delivers every kind of event unchanged, and each is stored once with its work-list entry", async () => {
    const failures: unknown[] = [];
    const analytics = new Analytics({ writeKey: WRITE_KEY, host: gateway.url, path: "/v1/batch", flushAt: 4, flushInterval: 50 });
    analytics.on("error", (error) => failures.push(error));
    analytics.identify({ userId: "u1", traits: { plan: "pro", email: "ada@example.com" } });
    analytics.track({ userId: "u1", event: "Order Completed", properties: { order_id: "o1", total: 12.5 } });
    analytics.page({ userId: "u1", name: "Checkout", properties: { path: "/checkout" } });
    analytics.screen({ anonymousId: "a1", name: "Home" });
    analytics.group({ userId: "u1", groupId: "g1", traits: { name: "Acme" } });
    analytics.alias({ userId: "u1", previousId: "a1" });
    await analytics.closeAndFlush();

    expect(failures).toEqual([]);
    const events = await storedEvents(gateway.database);
    expect(events.map((event) => event.type).sort()).toEqual(["alias", "group", "identify", "page", "screen", "track"]);
    expect(events.find((event) => event.type === "track")).toMatchObject({
      name: "Order Completed",
      payload: { userId: "u1", event: "Order Completed", properties: { order_id: "o1", total: 12.5 } },
    });
    expect(await count(gateway.database, "event_pending")).toBe(6);
    expect(await count(gateway.database, "event_ledger")).toBe(6);
    expect(gateway.rings).toContain("process");
  });

  test("gets everything in exactly once when the database was away in between", async () => {
    const away = await startGateway({
      intake: { timeoutMs: 300 },
      deps: (base) => ({
        ...base,
        data: { ...base.data, events: { ...base.data.events, insertEvents: flaky(base.data.events.insertEvents, 2) } },
      }),
    });
    try {
      const analytics = new Analytics({
        writeKey: WRITE_KEY,
        host: away.url,
        path: "/v1/batch",
        flushAt: 10,
        flushInterval: 20,
        maxRetries: 10,
      });
      for (let index = 0; index < 25; index += 1) analytics.track({ userId: `u${index}`, event: "Step Done", properties: { index } });
      await analytics.closeAndFlush({ timeout: 25_000 });
      expect(await count(away.database, "events")).toBe(25);
      expect(away.errors.length).toBeGreaterThan(0);
    } finally {
      await away.close();
    }
  });
});

/** Fails the first `times` calls like a server that went away: once before and once after it stored the events. */
function flaky<Args extends unknown[], Result>(
  store: (...args: Args) => Promise<Result>,
  times: number,
): (...args: Args) => Promise<Result> {
  let failed = 0;
  return async (...args) => {
    if (failed >= times) return store(...args);
    failed += 1;
    if (failed % 2 === 0) await store(...args);
    throw Object.assign(new Error("terminating connection due to administrator command"), { code: "57P01" });
  };
}
