import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BROWSER_KEY, basic, type GatewayUnderTest, post, startGateway, storedEvents } from "../gateway/gateway-under-test.ts";

let gateway: GatewayUnderTest;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const deep = `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`;
const event = (extra: string) => `{"type":"track","event":"X","userId":"u1",${extra}}`;

/** Raw JSON texts, since most of them cannot be written as values. */
const bad: Record<string, { text: string; code: string; field: string }> = {
  nul: { text: event('"properties":{"name":"a\\u0000b"}'), code: "invalid_string", field: "properties.name" },
  "lone surrogate": { text: event('"properties":{"list":["\\ud800"]}'), code: "invalid_string", field: "properties.list[0]" },
  "lone surrogate in a key": { text: event('"properties":{"\\udc00":1}'), code: "invalid_string", field: "properties" },
  "1e400": { text: event('"properties":{"total":1e400}'), code: "invalid_number", field: "properties.total" },
  "10,000 levels": { text: event(`"properties":${deep}`), code: "too_deep", field: "properties" },
  "33 KB": { text: event(`"properties":{"text":"${"x".repeat(33 * 1024)}"}`), code: "event_too_large", field: "" },
  "1,001 keys": {
    text: event(`"properties":{${Array.from({ length: 1001 }, (_, index) => `"k${index}":1`).join(",")}}`),
    code: "too_many_keys",
    field: "properties",
  },
  "no identity": { text: '{"type":"track","event":"X"}', code: "no_user_anon_id", field: "userId" },
  "no event name": { text: '{"type":"track","userId":"u"}', code: "missing_field", field: "event" },
  "alias without previousId": { text: '{"type":"alias","userId":"u"}', code: "missing_field", field: "previousId" },
  "group without groupId": { text: '{"type":"group","userId":"u"}', code: "missing_field", field: "groupId" },
  "an unknown type": { text: '{"type":"delete","userId":"u"}', code: "unknown_type", field: "type" },
  "a list for a scalar": { text: '{"type":"track","event":["X"],"userId":"u"}', code: "invalid_field", field: "event" },
  "an operator for an identifier": { text: '{"type":"track","event":"X","userId":{"not":""}}', code: "invalid_field", field: "userId" },
  "a messageId of 100 characters": { text: event(`"messageId":"${"m".repeat(100)}"`), code: "invalid_field", field: "messageId" },
  "a wrong time": { text: event('"timestamp":"2026-02-30T00:00:00Z"'), code: "invalid_timestamp", field: "timestamp" },
  "a list for properties": { text: event('"properties":[1]'), code: "invalid_field", field: "properties" },
  "not an object": { text: '"hello"', code: "not_an_object", field: "" },
};

describe("a bad event never harms its neighbours", () => {
  test("in a batch with one of every kind: the good are stored, the bad are told why", async () => {
    const good = Array.from({ length: 82 }, (_, index) => event(`"messageId":"good-${index}"`));
    const names = Object.keys(bad);
    const texts = [...good.slice(0, 40), ...names.map((name) => bad[name]?.text), ...good.slice(40)];
    const reply = await post(`${gateway.url}/v1/batch`, `{"batch":[${texts.join(",")}]}`);

    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ success: true, accepted: 82, duplicates: 0, rejected: names.length });
    const verdicts = Array.isArray(reply.body.verdicts) ? reply.body.verdicts : [];
    names.forEach((name, index) => {
      const { code, field } = bad[name] ?? {};
      expect({ name, ...verdicts[40 + index] }).toMatchObject({ name, index: 40 + index, status: "rejected", code });
      expect(String(verdicts[40 + index].field)).toContain(field);
      expect(verdicts[40 + index].message).toMatch(/\w+/);
    });
    expect((await storedEvents(gateway.database)).length).toBe(82);

    const at = performance.now();
    expect((await post(`${gateway.url}/v1/track`, { event: "next", userId: "u" })).status).toBe(200);
    expect(performance.now() - at).toBeLessThan(1_000);
  });

  test("and they are counted by source, hour and code, with the field and never the value", async () => {
    await expect
      .poll(
        async () => {
          const counted = await gateway.database.pool.query<{ code: string; n: number; sample: string }>(
            "SELECT code, count::int AS n, sample FROM event_rejection WHERE code = 'invalid_number'",
          );
          return counted.rows;
        },
        { timeout: 5_000 },
      )
      .toEqual([{ code: "invalid_number", n: 1, sample: "properties.total" }]);
  });

  test("keys named like parts of a prototype are dropped and pollute nothing", async () => {
    const text = event(
      '"messageId":"proto","__proto__":{"polluted":1},"properties":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"kept":1}',
    );
    const reply = await post(`${gateway.url}/v1/batch`, `{"batch":[${text}],"context":{"__proto__":{"polluted":1},"app":"shop"}}`);
    expect(reply.body).toMatchObject({ accepted: 1 });
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    const stored = (await storedEvents(gateway.database)).find((row) => row.payload.messageId === "proto");
    expect(stored?.payload).toEqual({
      type: "track",
      event: "X",
      userId: "u1",
      messageId: "proto",
      properties: { kept: 1 },
      context: { app: "shop" },
    });
  });

  test("a row that only the database refuses is split off and the rest stored", async () => {
    const picky = await startGateway();
    try {
      await picky.database.pool.query("ALTER TABLE events ADD CONSTRAINT no_poison CHECK (name IS DISTINCT FROM 'poison')");
      const batch = Array.from({ length: 64 }, (_, index) => ({ type: "track", event: index === 37 ? "poison" : "fine", userId: "u" }));
      const reply = await post(`${picky.url}/v1/batch`, { batch });
      expect(reply.body).toMatchObject({ accepted: 63, rejected: 1 });
      expect(await storedEvents(picky.database)).toHaveLength(63);
      const again = await post(`${picky.url}/v1/track`, { event: "poison", userId: "u" });
      expect(again.status).toBe(400);
      expect(again.body).toMatchObject({ code: "not_storable" });
    } finally {
      await picky.close();
    }
  });
});

describe("who a browser may speak for", () => {
  const headers = { authorization: basic(BROWSER_KEY), origin: "https://shop.example.com" };

  test("a named user without proof is a claim: the event belongs to the anonymousId and is unverified", async () => {
    await post(`${gateway.url}/v1/t`, { event: "claim", userId: "victim", anonymousId: "anon-1", messageId: "claim-1" }, headers);
    await post(`${gateway.url}/v1/t`, { event: "plain", anonymousId: "anon-1", messageId: "claim-2" }, headers);
    const rows = await gateway.database.pool.query<{ actor: string; verified: boolean; user: string | null }>(
      `SELECT actor, verified, payload->>'userId' AS user FROM events WHERE name IN ('claim', 'plain') ORDER BY id`,
    );
    expect(rows.rows.map((row) => [row.verified, row.user])).toEqual([
      [false, "victim"],
      [true, null],
    ]);
    expect(rows.rows[0]?.actor).toBe(rows.rows[1]?.actor);
  });

  test("a named user without proof and without anonymousId is refused", async () => {
    const reply = await post(`${gateway.url}/v1/t`, { event: "claim", userId: "victim" }, headers);
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ code: "unverified_user", errors: [{ field: "anonymousId" }] });
  });

  test("a named user with the source's HMAC is that user", async () => {
    const { createHmac } = await import("node:crypto");
    const secret = await gateway.database.pool.query<{ hmac_secret: Buffer }>("SELECT hmac_secret FROM source WHERE key = 'website'");
    const userHash = createHmac("sha256", secret.rows[0]?.hmac_secret ?? "")
      .update("ada")
      .digest("hex");
    await post(`${gateway.url}/v1/t`, { event: "proved", userId: "ada", anonymousId: "anon-2", context: { userHash } }, headers);
    await post(`${gateway.url}/v1/track`, { event: "by server", userId: "ada" });
    const rows = await gateway.database.pool.query<{ actors: number; verified: boolean }>(
      "SELECT count(DISTINCT actor)::int AS actors, bool_and(verified) AS verified FROM events WHERE name IN ('proved', 'by server')",
    );
    expect(rows.rows).toEqual([{ actors: 1, verified: true }]);
  });
});
