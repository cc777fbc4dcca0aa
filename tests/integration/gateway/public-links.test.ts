import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { actorKey } from "#server/ids.ts";
import { signLink } from "#server/usecases/links/links.ts";
import { API_KEY, type GatewayUnderTest, post, startGateway } from "./gateway-under-test.ts";

let gateway: GatewayUnderTest;
let token: string;
const customerId = "00000000-0000-7000-8000-000000000001";
const form = { "content-type": "application/x-www-form-urlencoded", authorization: "" };
const bearer = { authorization: `Bearer ${API_KEY}` };

beforeAll(async () => {
  gateway = await startGateway();
  const { pool } = gateway.database;
  await pool.query("INSERT INTO customer (id, user_id, bucket_key, created_at) VALUES ($1, 'ada', 'b1', now())", [customerId]);
  await pool.query("INSERT INTO identity (actor, kind, value, customer_id, created_at) VALUES ($1, 'user', 'ada', $2, now())", [
    actorKey("user", "ada"),
    customerId,
  ]);
  token = signLink(gateway.deps, { purpose: "unsubscribe", customerId, messageId: null, exp: Date.now() + 86_400_000 });
});
afterAll(() => gateway.close());

async function withdrawals(): Promise<number> {
  const result = await gateway.database.pool.query<{ n: number }>("SELECT count(*)::int AS n FROM consent_entry WHERE state = 'withdrawn'");
  return result.rows[0]?.n ?? 0;
}

async function send(
  path: string,
  body: string,
  headers: Record<string, string> = form,
): Promise<{ status: number; text: string; redirected: boolean }> {
  const response = await fetch(`${gateway.url}${path}`, { method: "POST", headers, body });
  return { status: response.status, text: await response.text(), redirected: response.redirected };
}

describe("the unsubscribe link", () => {
  test("opened any number of times changes nothing and asks", async () => {
    for (let visit = 0; visit < 3; visit += 1) {
      const response = await fetch(`${gateway.url}/u/${token}`);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('<form method="post"');
      expect(response.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(response.headers.get("referrer-policy")).toBe("no-referrer");
      expect(response.headers.get("set-cookie")).toBeNull();
    }
    expect(await withdrawals()).toBe(0);
  });

  test("a POST that our page did not make changes nothing", async () => {
    expect((await send(`/u/${token}`, "confirm=guess")).status).toBe(400);
    expect((await send(`/u/${token}`, "")).status).toBe(400);
    expect(await withdrawals()).toBe(0);
  });

  test("the button of the page unsubscribes, without a redirect, and offers the preferences", async () => {
    const page = await (await fetch(`${gateway.url}/u/${token}`)).text();
    const confirm = /name="confirm" value="([^"]+)"/.exec(page)?.[1] ?? "";
    const reply = await send(`/u/${token}`, new URLSearchParams({ confirm }).toString());
    expect(reply).toMatchObject({ status: 200, redirected: false });
    expect(reply.text).toContain("/p/");
    expect(await withdrawals()).toBe(2);
  });

  test("one-click works by form and by multipart, blank, again and again", async () => {
    const urlencoded = await send(`/u/${token}`, "List-Unsubscribe=One-Click");
    expect(urlencoded).toEqual({ status: 200, text: "", redirected: false });
    const boundary = "----mail";
    const multipart = `--${boundary}\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--${boundary}--\r\n`;
    const headers = { "content-type": `multipart/form-data; boundary=${boundary}` };
    expect((await send(`/u/${token}`, multipart, headers)).status).toBe(200);
    expect(await withdrawals()).toBeGreaterThanOrEqual(2);
  });

  test("a changed, expired or foreign token gives the same 404 and no hint", async () => {
    const changed = `${token.slice(0, -2)}${token.endsWith("AA") ? "BB" : "AA"}`;
    const expired = signLink(gateway.deps, { purpose: "unsubscribe", customerId, messageId: null, exp: Date.now() - 1_000 });
    const other = signLink(gateway.deps, { purpose: "preferences", customerId, messageId: null, exp: Date.now() + 1_000_000 });
    const pages = await Promise.all([changed, expired, other, "nonsense"].map(async (one) => fetch(`${gateway.url}/u/${one}`)));
    expect(pages.map((page) => page.status)).toEqual([404, 404, 404, 404]);
    const texts = await Promise.all(pages.map(async (page) => (await page.text()).replaceAll(/nonce="[^"]+"/g, "")));
    expect(new Set(texts).size).toBe(1);
    expect((await send(`/u/${changed}`, "List-Unsubscribe=One-Click")).status).toBe(404);
  });
});

describe("provider hooks", () => {
  const body = JSON.stringify({ receipts: [{ id: "r1", providerMessageId: "p1", kind: "delivered", at: new Date().toISOString() }] });

  async function signed(text: string, at: number): Promise<Record<string, string>> {
    const described = await fetch(`${gateway.url}/v1/hooks/acme`, { headers: bearer });
    const { secret } = await described.json();
    const timestamp = String(Math.floor(at / 1000));
    const mac = createHmac("sha256", Buffer.from(String(secret).slice(6), "base64"))
      .update(`msg_1.${timestamp}.${text}`)
      .digest("base64");
    return {
      "webhook-id": "msg_1",
      "webhook-timestamp": timestamp,
      "webhook-signature": `v1,AAAA v1,${mac}`,
      "content-type": "application/json",
    };
  }

  test("take what is signed as Standard Webhooks says, and leave out messages that are not known", async () => {
    const reply = await send("/hooks/acme", body, await signed(body, Date.now()));
    expect([reply.status, JSON.parse(reply.text)]).toEqual([200, { applied: 0, ignored: 1 }]);
  });

  test("refuse what is unsigned, changed, old or signed for another provider", async () => {
    const now = await signed(body, Date.now());
    expect((await send("/hooks/acme", body, { "content-type": "application/json" })).status).toBe(401);
    expect((await send("/hooks/acme", body.replace("delivered", "complained"), now)).status).toBe(401);
    expect((await send("/hooks/acme", body, await signed(body, Date.now() - 600_000))).status).toBe(401);
    expect((await send("/hooks/other", body, now)).status).toBe(401);
  });

  test("a signed body of the wrong shape is a 400 that names the field", async () => {
    const wrong = JSON.stringify({ receipts: [{ id: "r1", kind: "delivered", at: "yesterday" }] });
    const reply = await send("/hooks/acme", wrong, await signed(wrong, Date.now()));
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.text).errors.map((one: { field: string }) => one.field)).toContain("receipts.0.at");
  });
});

describe("consent, enrolment and decisions by API", () => {
  test("consent is recorded with its proof, by the key that told it", async () => {
    const entries = [{ purpose: "marketing", channel: "email", state: "granted", textVersion: "v3", proof: { form: "signup" } }];
    const response = await fetch(`${gateway.url}/v1/customers/ada/consent`, {
      method: "PUT",
      headers: { ...bearer, "content-type": "application/json" },
      body: JSON.stringify({ entries }),
    });
    expect([response.status, await response.json()]).toEqual([200, { recorded: 1, refused: [] }]);
    const rows = await gateway.database.pool.query<{ source: string; proof: unknown; actor: string }>(
      "SELECT source, proof, actor FROM consent_entry WHERE state = 'granted'",
    );
    expect(rows.rows).toEqual([{ source: "api", proof: { form: "signup" }, actor: expect.stringMatching(/^api_key:/) }]);
  });

  test("a wrong purpose and an unknown journey are named", async () => {
    const put = await fetch(`${gateway.url}/v1/customers/ada/consent`, {
      method: "PUT",
      headers: { ...bearer, "content-type": "application/json" },
      body: JSON.stringify({ entries: [{ purpose: "everything", channel: "email", state: "granted" }] }),
    });
    expect([put.status, (await put.json()).errors[0].field]).toEqual([400, "entries.0.purpose"]);
    const enrolled = await post(`${gateway.url}/v1/journeys/nothing_here/enroll`, { userId: "ada", entryKey: "k1" }, bearer);
    expect(enrolled.status).toBe(404);
    const decided = await post(`${gateway.url}/v1/decide`, { userId: "ada", journeyKey: "nothing_here" }, bearer);
    expect(decided).toMatchObject({ status: 400, body: { errors: [{ field: "journeyKey" }] } });
    expect((await post(`${gateway.url}/v1/decide`, { userId: "ada", dryRun: false }, bearer)).body).toEqual({ decisions: [] });
  });
});
