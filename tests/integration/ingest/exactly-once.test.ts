import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { basic, count, type GatewayUnderTest, post, startGateway, storedEvents } from "../gateway/gateway-under-test.ts";

let gateway: GatewayUnderTest;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const batch = (prefix: string, size: number, value = 1) => ({
  batch: Array.from({ length: size }, (_, index) => ({
    type: "track",
    event: "Step Done",
    messageId: `${prefix}-${index}`,
    userId: "u1",
    properties: { value },
  })),
});

describe("one messageId of a source has one effect, for ever", () => {
  test("when the same batch arrives five times at once", async () => {
    const replies = await Promise.all(Array.from({ length: 5 }, () => post(`${gateway.url}/v1/batch`, batch("race", 200))));
    expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 200, 200]);
    expect(replies.reduce((sum, reply) => sum + Number(reply.body.accepted), 0)).toBe(200);
    expect(replies.reduce((sum, reply) => sum + Number(reply.body.duplicates), 0)).toBe(800);
    expect(await count(gateway.database, "events")).toBe(200);
    expect(await count(gateway.database, "event_pending")).toBe(200);
  });

  test("when it is replayed after it was processed", async () => {
    await gateway.database.pool.query("DELETE FROM event_pending");
    const replay = await post(`${gateway.url}/v1/batch`, batch("race", 200));
    expect(replay.body).toMatchObject({ accepted: 0, duplicates: 200, rejected: 0 });
    expect(await count(gateway.database, "event_pending")).toBe(0);
  });

  test("when the body differs: the first wins", async () => {
    await post(`${gateway.url}/v1/batch`, batch("differs", 1, 1));
    const second = await post(`${gateway.url}/v1/batch`, batch("differs", 1, 2));
    expect(second.body.verdicts).toEqual([{ index: 0, status: "duplicate", messageId: "differs-0" }]);
    const stored = (await storedEvents(gateway.database)).filter((event) => event.payload.messageId === "differs-0");
    expect(stored.map((event) => event.payload.properties)).toEqual([{ value: 1 }]);
  });

  test("when it stands twice in one batch", async () => {
    const [event] = batch("twice", 1).batch;
    const reply = await post(`${gateway.url}/v1/batch`, { batch: [event, event] });
    expect(reply.body).toMatchObject({ accepted: 1, duplicates: 1 });
  });

  test("and the same id from another source is another event", async () => {
    const key = gateway.keys.importKey ?? "";
    const reply = await post(`${gateway.url}/v1/batch`, batch("race", 3), { authorization: basic(key) });
    expect(reply.body).toMatchObject({ accepted: 3, duplicates: 0 });
  });

  test("when events without messageId are repeated under one Idempotency-Key", async () => {
    const body = {
      batch: [
        { type: "track", event: "A", userId: "u" },
        { type: "track", event: "B", userId: "u" },
      ],
    };
    const first = await post(`${gateway.url}/v1/batch`, body, { "idempotency-key": "k-1" });
    const again = await post(`${gateway.url}/v1/batch`, body, { "idempotency-key": "k-1" });
    expect(first.body).toMatchObject({ accepted: 2, duplicates: 0 });
    expect(again.body).toMatchObject({ accepted: 0, duplicates: 2 });
  });
});
