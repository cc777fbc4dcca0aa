import type pg from "pg";
import { afterEach, describe, expect, inject, test } from "vitest";
import { createPool } from "#server/data/pool.ts";
import { count, type GatewayUnderTest, post, startGateway } from "../gateway/gateway-under-test.ts";
import { type StallProxy, startStallProxy } from "./stall-proxy.ts";

let gateway: GatewayUnderTest | undefined;
let proxy: StallProxy | undefined;
let pool: pg.Pool | undefined;

afterEach(async () => {
  proxy?.resume();
  await gateway?.close();
  await pool?.end();
  await proxy?.close();
  gateway = undefined;
  pool = undefined;
  proxy = undefined;
});

const single = (messageId: string) => ({ event: "Step Done", userId: "u", messageId });

describe("what cannot be stored now is never called stored, and never called wrong", () => {
  test("a database that hangs: 503 with Retry-After inside five seconds, and the same events later are stored once", async () => {
    const database = new URL(inject("databaseServer").url);
    const started = await startStallProxy({ host: database.hostname, port: Number(database.port) });
    proxy = started;
    gateway = await startGateway({
      intake: { timeoutMs: 1_000 },
      deps: (base) => {
        const through = new URL(base.env.databaseUrl);
        through.port = String(started.port);
        const stalling = createPool(through.href, { max: 4, name: "stalled" });
        pool = stalling;
        return { ...base, pool: stalling };
      },
    });

    expect((await post(`${gateway.url}/v1/track`, single("before"))).status).toBe(200);
    started.stall();
    const at = performance.now();
    const replies = await Promise.all(
      Array.from({ length: 30 }, (_, index) => post(`${gateway?.url}/v1/track`, single(`during-${index}`))),
    );
    expect(performance.now() - at).toBeLessThan(5_000);
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([503]));
    for (const reply of replies) expect(Number(reply.headers.get("retry-after"))).toBeGreaterThan(0);
    const health = await fetch(`${gateway.url}/v1/health`);
    expect([health.status, (await health.json()).reasons]).toEqual([503, ["the database does not answer"]]);

    started.resume();
    await expect.poll(async () => (await fetch(`${gateway?.url}/v1/health`)).status, { timeout: 20_000 }).toBe(200);
    for (let index = 0; index < 30; index += 1) {
      expect((await post(`${gateway.url}/v1/track`, single(`during-${index}`))).status).toBe(200);
    }
    expect(await count(gateway.database, "events")).toBe(31);
    expect(await count(gateway.database, "event_pending")).toBe(31);
  });

  test("more waiting work than the limit: 429 with Retry-After until it is worked off", async () => {
    gateway = await startGateway({ intake: { maxBacklog: 50, backlogEveryMs: 50 } });
    const batch = Array.from({ length: 100 }, (_, index) => ({ type: "track", ...single(`b-${index}`) }));
    expect((await post(`${gateway.url}/v1/batch`, { batch })).status).toBe(200);
    const { url, database } = gateway;
    await expect.poll(async () => (await post(`${url}/v1/track`, single("x"))).status, { timeout: 15_000 }).toBe(429);
    const refused = await post(`${url}/v1/track`, single("y"));
    expect([refused.status, refused.body.code, refused.headers.get("retry-after")]).toEqual([429, "overloaded", "10"]);
    expect((await fetch(`${url}/v1/health`)).status).toBe(503);
    await database.pool.query("DELETE FROM event_pending");
    await expect.poll(async () => (await post(`${url}/v1/track`, single("y"))).status, { timeout: 15_000 }).toBe(200);
  });

  test("a stop finishes what was begun and takes nothing more", async () => {
    gateway = await startGateway();
    const { url, app } = gateway;
    const under = Promise.all(Array.from({ length: 20 }, (_, index) => post(`${url}/v1/track`, single(`s-${index}`))));
    await expect.poll(async () => (gateway === undefined ? 0 : count(gateway.database, "events"))).toBeGreaterThan(0);
    const closed = app.close();
    const statuses = (await under.catch(() => [])).map((reply) => reply.status);
    await closed;
    const stored = await count(gateway.database, "events");
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(stored);
  });
});
