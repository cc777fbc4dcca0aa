import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BROWSER_KEY, basic, type GatewayUnderTest, startGateway, storedEvents, WRITE_KEY } from "./gateway-under-test.ts";

let gateway: GatewayUnderTest;
const origin = "https://shop.example.com";

beforeAll(async () => {
  gateway = await startGateway({ publicUrl: "https://help.example.com" });
  await gateway.database.pool.query("UPDATE source SET allowed_origins = $1 WHERE key = 'website'", [[origin]]);
});
afterAll(() => gateway.close());

/** What analytics-next 1.84 puts on the wire: JSON as text/plain, so that most requests need no preflight. */
function send(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.url}${path}`, {
    method: "POST",
    headers: { "content-type": "text/plain", authorization: basic(BROWSER_KEY), origin, ...headers },
    body: JSON.stringify(body),
  });
}

const shape = (extra: object) => ({
  timestamp: new Date().toISOString(),
  anonymousId: "anon-1",
  integrations: { "Segment.io": {} },
  context: { page: { path: "/checkout", url: `${origin}/checkout` }, userAgent: "Mozilla/5.0", locale: "de-DE", timezone: "Europe/Berlin" },
  writeKey: BROWSER_KEY,
  userId: null,
  sentAt: new Date().toISOString(),
  _metadata: { bundled: ["Segment.io"], unbundled: [], bundledIds: [] },
  ...extra,
});

describe("the browser client of Segment", () => {
  test("finds where to send in the settings of its write key", async () => {
    const response = await fetch(`${gateway.url}/v1/projects/${BROWSER_KEY}/settings`, { headers: { origin } });
    expect(response.headers.get("access-control-allow-origin")).toBe(origin);
    expect(await response.json()).toMatchObject({
      integrations: { "Segment.io": { apiKey: BROWSER_KEY, apiHost: "help.example.com/v1", protocol: "https" } },
    });
    expect((await fetch(`${gateway.url}/v1/projects/${WRITE_KEY}/settings`)).status).toBe(404);
  });

  test("delivers to the short names, with null userId, as text/plain", async () => {
    const calls: [string, object][] = [
      ["/v1/t", { type: "track", event: "Rage Click", properties: { element: "#pay" }, messageId: "b-t" }],
      ["/v1/p", { type: "page", name: null, properties: { path: "/checkout" }, messageId: "b-p" }],
      ["/v1/i", { type: "identify", userId: "ada", traits: { plan: "pro" }, messageId: "b-i" }],
      ["/v1/g", { type: "group", groupId: "acme", traits: {}, messageId: "b-g" }],
      ["/v1/a", { type: "alias", userId: "ada", previousId: "anon-1", messageId: "b-a" }],
      ["/v1/s", { type: "screen", name: "Home", messageId: "b-s" }],
    ];
    for (const [path, extra] of calls) expect((await send(path, shape(extra))).status).toBe(200);
    const batch = await send("/v1/b", { writeKey: BROWSER_KEY, batch: [shape({ type: "track", event: "In Batch", messageId: "b-b" })] });
    expect(batch.status).toBe(200);
    expect((await send("/v1/m", { series: [] })).status).toBe(200);

    const stored = await storedEvents(gateway.database);
    expect(stored.map((event) => event.payload.messageId).sort()).toEqual(["b-a", "b-b", "b-g", "b-i", "b-p", "b-s", "b-t"]);
    for (const event of stored) expect(Object.keys(event.payload)).not.toContain("writeKey");
  });

  test("a write key in the body alone does, and Global Privacy Control travels with the event", async () => {
    const response = await send("/v1/t", shape({ event: "Private", messageId: "gpc-1" }), { authorization: "", "sec-gpc": "1" });
    expect(response.status).toBe(200);
    const stored = (await storedEvents(gateway.database)).find((event) => event.payload.messageId === "gpc-1");
    expect(stored?.payload.context).toMatchObject({ gpc: true, locale: "de-DE" });
  });

  test("a preflight is answered for listed origins only, and never with credentials", async () => {
    const preflight = (from: string) =>
      fetch(`${gateway.url}/v1/t`, {
        method: "OPTIONS",
        headers: {
          origin: from,
          "access-control-request-method": "POST",
          "access-control-request-headers": "authorization,content-type,x-retry-count",
        },
      });
    const allowed = await preflight(origin);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get("access-control-allow-origin")).toBe(origin);
    expect(allowed.headers.get("access-control-allow-headers")).toContain("x-retry-count");
    expect(allowed.headers.get("access-control-allow-credentials")).toBeNull();
    for (const from of ["https://evil.example", "null"]) {
      const refused = await preflight(from);
      expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([403, null]);
      expect((await send("/v1/t", shape({ event: "X" }), { origin: from })).status).toBe(403);
    }
  });
});
