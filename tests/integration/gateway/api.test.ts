import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { actorKey } from "#server/ids.ts";
import { API_KEY, count, type GatewayUnderTest, post, startGateway, storedEvents, WRITE_KEY } from "./gateway-under-test.ts";

let gateway: GatewayUnderTest;
const bearer = { authorization: `Bearer ${API_KEY}` };

beforeAll(async () => {
  gateway = await startGateway();
  const { pool } = gateway.database;
  await pool.query(
    `INSERT INTO customer (id, user_id, bucket_key, traits, created_at, merged_into) VALUES
       ('00000000-0000-7000-8000-000000000001', 'ada', 'b1', '{"name":"Ada"}', now(), NULL),
       ('00000000-0000-7000-8000-000000000002', NULL, 'b2', '{}', now(), '00000000-0000-7000-8000-000000000001')`,
  );
  await pool.query(
    `INSERT INTO identity (actor, kind, value, customer_id, created_at) VALUES
       ($1, 'user', 'ada', '00000000-0000-7000-8000-000000000001', now()),
       ($2, 'anonymous', 'a-1', '00000000-0000-7000-8000-000000000001', now())`,
    [actorKey("user", "ada"), actorKey("anonymous", "a-1")],
  );
});
afterAll(() => gateway.close());

async function get(path: string, headers: Record<string, string> = bearer): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${gateway.url}${path}`, { headers });
  return { status: response.status, body: await response.json() };
}

/** Full paths from the router's drawing of its tree: four columns a level. */
function routesOf(tree: string): string[] {
  const parts: string[] = [];
  return tree.split("\n").flatMap((line) => {
    const match = /^([^\w/:*]*)(\S+)(?: \(([A-Z, ]+)\))?$/.exec(line);
    if (match === null) return [];
    const [, indent = "", part = "", methods] = match;
    parts.splice(Math.floor(indent.length / 4) - 1, parts.length, part);
    const path = parts.join("").replaceAll(/:(\w+)/g, "{$1}");
    return path.startsWith("/v1/") && methods !== undefined ? methods.split(", ").map((method) => `${method} ${path}`) : [];
  });
}

describe("reading a customer", () => {
  test("tells the profile with company defaults where nothing was told", async () => {
    const { status, body } = await get("/v1/customers/ada");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      userId: "ada",
      traits: { name: "Ada" },
      timezone: { value: "UTC", source: "company" },
      identities: [
        { kind: "user", value: "ada" },
        { kind: "anonymous", value: "a-1" },
      ],
      preferences: null,
      signals: [],
    });
  });

  test("pages through events of every identity, newest first, each exactly once", async () => {
    const batch = Array.from({ length: 7 }, (_, index) => ({
      type: "track",
      event: `Step ${index}`,
      messageId: `page-${index}`,
      ...(index % 2 === 0 ? { userId: "ada" } : { anonymousId: "a-1" }),
    }));
    await post(`${gateway.url}/v1/batch`, { batch });
    const names: unknown[] = [];
    let path: string | null = "/v1/customers/ada/events?limit=3";
    while (path !== null) {
      const { body } = await get(path);
      for (const event of Array.isArray(body.data) ? body.data : []) names.push(event.name);
      path = typeof body.next === "string" ? `/v1/customers/ada/events?limit=3&before=${body.next}` : null;
    }
    expect(names).toEqual([6, 5, 4, 3, 2, 1, 0].map((index) => `Step ${index}`));
  });

  test("an unknown user is a 404, a wrong page a 400 that names the field", async () => {
    expect((await get("/v1/customers/nobody")).status).toBe(404);
    const wrong = await get("/v1/customers/ada/events?limit=1000");
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: "limit" }] } });
    expect((await get("/v1/customers/ada/messages?before=';DROP TABLE events--")).status).toBe(400);
  });

  test("decisions and messages are empty pages where there are none", async () => {
    expect(await get("/v1/customers/ada/decisions")).toEqual({ status: 200, body: { data: [], next: null } });
    expect(await get("/v1/customers/ada/messages")).toEqual({ status: 200, body: { data: [], next: null } });
  });
});

describe("keys and scopes", () => {
  test("no key, a write key and an unknown key are 401", async () => {
    for (const authorization of ["", `Bearer ${WRITE_KEY}`, "Bearer tact_sk_nobody"]) {
      expect((await get("/v1/customers/ada", { authorization })).status).toBe(401);
    }
  });

  test("an API key cannot write events, and a key without the scope is a 403 that names it", async () => {
    const asWriter = await post(`${gateway.url}/v1/track`, { event: "X", userId: "u", writeKey: API_KEY }, { authorization: "" });
    expect(asWriter.status).toBe(401);
    const { deps } = gateway;
    const source = await deps.data.apiKeys.listActiveKeys(deps.pool);
    await deps.data.apiKeys.ensureKey(deps.pool, {
      id: deps.newId(),
      kind: "api",
      sourceId: source[0]?.source.id ?? "",
      name: "orders only",
      plain: "tact_sk_orders_only",
      scopes: ["orders:write"],
      at: deps.clock.now(),
    });
    const refused = await get("/v1/customers/ada", { authorization: "Bearer tact_sk_orders_only" });
    expect(refused).toMatchObject({ status: 403, body: { code: "forbidden", errors: [{ message: "customers:read is needed." }] } });
  });
});

describe("cases and orders are events", () => {
  const order = { userId: "ada", orderId: "o-1", total: 42.5, currency: "eur" };

  test("an order reported twice is one event with Segment's names", async () => {
    const first = await post(`${gateway.url}/v1/orders`, order, bearer);
    const again = await post(`${gateway.url}/v1/orders`, order, bearer);
    expect([first.status, first.body.status, again.body.status]).toEqual([202, "accepted", "duplicate"]);
    const stored = (await storedEvents(gateway.database)).filter((event) => event.name === "Order Completed");
    expect(stored.map((event) => event.payload.properties)).toEqual([{ order_id: "o-1", total: 42.5, currency: "EUR" }]);
  });

  test("a case reopened twice without a time is two events", async () => {
    const reopened = { userId: "ada", caseId: "c-1", change: "reopened" };
    const replies = [await post(`${gateway.url}/v1/cases`, reopened, bearer), await post(`${gateway.url}/v1/cases`, reopened, bearer)];
    expect(replies.map((reply) => reply.body.status)).toEqual(["accepted", "accepted"]);
  });

  test("a wrong field, an unknown field and an operator object are named", async () => {
    const wrong = await post(`${gateway.url}/v1/orders`, { ...order, userId: { not: "" }, currency: "euros", extra: 1 }, bearer);
    expect(wrong.status).toBe(400);
    const fields = Array.isArray(wrong.body.errors) ? wrong.body.errors.map((error) => error.field) : [];
    expect(fields).toEqual(expect.arrayContaining(["userId", "currency"]));
  });
});

describe("Idempotency-Key", () => {
  const body = { userId: "ada", caseId: "c-9", change: "reopened" };

  test("the same key and body gets the same reply and has one effect, however many ask at once", async () => {
    const before = await count(gateway.database, "events");
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => post(`${gateway.url}/v1/cases`, body, { ...bearer, "idempotency-key": "same" })),
    );
    expect(replies.every((reply) => reply.status === 202 || reply.status === 409)).toBe(true);
    const later = await post(`${gateway.url}/v1/cases`, body, { ...bearer, "idempotency-key": "same" });
    expect(later.headers.get("idempotent-replayed")).toBe("true");
    const first = replies.find((reply) => reply.status === 202);
    expect(later.body).toEqual(first?.body);
    expect(await count(gateway.database, "events")).toBe(before + 1);
  });

  test("another body under the same key is refused", async () => {
    const other = await post(`${gateway.url}/v1/cases`, { ...body, caseId: "c-10" }, { ...bearer, "idempotency-key": "same" });
    expect(other).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
  });

  test("a refusal is kept too, a malformed key is refused", async () => {
    const wrong = { userId: "ada" };
    const first = await post(`${gateway.url}/v1/cases`, wrong, { ...bearer, "idempotency-key": "bad-body" });
    const again = await post(`${gateway.url}/v1/cases`, wrong, { ...bearer, "idempotency-key": "bad-body" });
    expect([first.status, again.status]).toEqual([400, 400]);
    expect(again.body).toEqual(first.body);
    expect((await post(`${gateway.url}/v1/cases`, body, { ...bearer, "idempotency-key": "x".repeat(201) })).status).toBe(400);
  });
});

describe("definitions as files", () => {
  test("an export of an empty installation is an empty file, and a wrong import is refused whole", async () => {
    expect(await get("/v1/artifacts")).toEqual({ status: 200, body: { format: "tact.artifacts", formatVersion: 1, artifacts: [] } });
    const file = { format: "tact.artifacts", formatVersion: 1, artifacts: [{ kind: "signal", key: "broken", content: {} }] };
    const refused = await post(`${gateway.url}/v1/artifacts`, file, bearer);
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toEqual(
      expect.arrayContaining([expect.objectContaining({ field: expect.stringContaining("artifacts.0") })]),
    );
  });
});

describe("the description of the API", () => {
  test("names every route there is and no other", async () => {
    const { body } = await get("/v1/openapi.json", {});
    const described = Object.entries(typeof body.paths === "object" && body.paths !== null ? body.paths : {}).flatMap(
      ([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = routesOf(gateway.app.printRoutes({ commonPrefix: false })).filter((route) => !route.startsWith("OPTIONS"));
    expect(described.sort()).toEqual(served.sort());
    expect(body.openapi).toBe("3.1.0");
  });
});
