import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventListInput } from "#server/contracts/console/sources.ts";
import { rejectionCodes } from "#server/contracts/ingest/verdict.ts";
import { createDeps, type Deps } from "#server/deps.ts";
import { actorKey, messageKey, uuidv7 } from "#server/ids.ts";
import { listEvents, retryEvent, showEvent } from "#server/usecases/console/debug-events.ts";
import { createKey, revokeKey, rotateKey, rotateSecret, setOrigins } from "#server/usecases/console/manage-sources.ts";
import { readAudit } from "#server/usecases/console/read-audit.ts";
import { listRefusals, listSources, showSource } from "#server/usecases/console/read-sources.ts";
import { verifyAudit } from "#server/usecases/governance/verify-audit.ts";
import { provisionDefaultSources } from "#server/usecases/ingest/provision-sources.ts";
import { resolveActor } from "#server/usecases/ingest/resolve-actor.ts";
import { processEvents } from "#server/usecases/pipeline/process-events.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";
import { silentBell } from "../../support/silent-bell.ts";

const HOUR = 3_600_000;
const bell = silentBell();
const by = { id: "0190a000-0000-7000-8000-000000000001", ip: "10.0.0.1" };
const clock = { at: Date.now(), now: () => clock.at };
const url = "https://tact.example";
let database: TestDatabase;
let deps: Deps;
let server: string;
let browser: string;

const filters = (part: Partial<Parameters<typeof listEvents>[1]> = {}) => ({ ...eventListInput.parse({}), identify: true, ...part });
const activeKeys = async () => (await deps.data.apiKeys.listActiveKeys(database.pool)).map((each) => each.id);
const hashOf = async (plain: string) => deps.data.apiKeys.hashKey(plain).toString("hex");
const lastAudit = async () => (await readAudit(deps, { objectKind: null })).items[0];

async function tell(part: {
  userId?: string;
  anonymousId?: string;
  name?: string;
  type?: "track" | "identify";
  source?: string;
  at?: number;
}) {
  const receivedAt = part.at ?? clock.at;
  const id = uuidv7(receivedAt);
  const sourceId = part.source ?? server;
  const { userId = null, anonymousId = null, type = "track", name = "Checkout Started" } = part;
  await deps.data.events.insertEvents(database.pool, [
    {
      id,
      actor: userId === null ? actorKey("anonymous", anonymousId ?? "") : actorKey("user", userId),
      occurredAt: receivedAt,
      receivedAt,
      sourceId,
      messageKey: messageKey(sourceId, id),
      type,
      name: type === "track" ? name : null,
      historical: false,
      verified: true,
      payload: JSON.stringify({ messageId: id, type, event: name, userId, anonymousId, properties: { email: "ana@example.com" } }),
    },
  ]);
  return id;
}

beforeAll(async () => {
  database = await testDatabase();
  deps = createDeps({ pool: database.pool, queue: bell, clock });
  await database.pool.query(
    "INSERT INTO user_account (id, email, name, role, created_at) VALUES ($1, 'ada@acme.test', 'Ada', 'admin', now())",
    [by.id],
  );
  await provisionDefaultSources(deps);
  const { sources } = await listSources(deps);
  server = sources.find((each) => each.kind === "server")?.id ?? "";
  browser = sources.find((each) => each.kind === "browser")?.id ?? "";
});
afterAll(() => database.close());

describe("a source nobody sent to", () => {
  it("is listed with its keys, and nothing is made up", async () => {
    const { sources, complete } = await listSources(deps);
    expect(complete).toBe(true);
    expect(sources.map((each) => each.kind).toSorted()).toEqual(["browser", "import", "server"]);
    for (const source of sources) expect(source).toMatchObject({ lastHour: 0, lastDay: 0, refused: 0, newestAt: null, quarantined: 0 });
    const view = await showSource(deps, { id: server, url });
    expect(view.hours).toHaveLength(24);
    expect(view.keys.map((each) => each.kind).toSorted()).toEqual(["api", "write"]);
    expect((await listEvents(deps, filters())).items).toEqual([]);
    expect((await listRefusals(deps, { sourceId: null })).items).toEqual([]);
  });

  it("is not found under an id of nobody", async () => {
    await expect(showSource(deps, { id: deps.newId(), url })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("keys", () => {
  it("are made once in plain text, work at once, and are kept as a hash only", async () => {
    const made = await createKey(deps, { sourceId: server, kind: "write", name: "Shop backend", scopes: [], by });
    const grant = (await deps.data.apiKeys.listActiveKeys(database.pool)).find((each) => each.id === made.id);
    expect(grant).toMatchObject({ kind: "write", hash: await hashOf(made.plain) });
    const stored = await database.pool.query("SELECT * FROM api_key WHERE id = $1", [made.id]);
    expect(JSON.stringify(stored.rows)).not.toContain(made.plain);
    const entry = await lastAudit();
    expect(entry).toMatchObject({ actor: "Ada", action: "key.create", objectId: made.id, ip: "10.0.0.1" });
    expect(JSON.stringify(entry)).not.toContain(made.plain);
  });

  it("work side by side after a rotation until the old one is revoked", async () => {
    const old = await createKey(deps, { sourceId: server, kind: "api", name: "Warehouse", scopes: ["customers:read"], by });
    const next = await rotateKey(deps, { keyId: old.id, by });
    expect(next.plain).not.toBe(old.plain);
    expect(await activeKeys()).toEqual(expect.arrayContaining([old.id, next.id]));
    const shown = (await showSource(deps, { id: server, url })).keys.filter((each) => each.name === "Warehouse");
    expect(shown.map((each) => each.scopes)).toEqual([["customers:read"], ["customers:read"]]);
    expect(await lastAudit()).toMatchObject({ action: "key.rotate", objectId: next.id });

    await revokeKey(deps, { keyId: old.id, by });
    expect(await activeKeys()).not.toContain(old.id);
    expect(await activeKeys()).toContain(next.id);
    expect(await lastAudit()).toMatchObject({ action: "key.revoke", objectId: old.id });
    const entries = (await readAudit(deps, { objectKind: null })).items.length;
    await revokeKey(deps, { keyId: old.id, by });
    expect((await readAudit(deps, { objectKind: null })).items.length).toBe(entries);
    await expect(rotateKey(deps, { keyId: old.id, by })).rejects.toMatchObject({ code: "conflict" });
  });

  it("of the API are never made for a browser, and never without a scope", async () => {
    const before = await activeKeys();
    const wanted = { kind: "api" as const, name: "x", by };
    await expect(createKey(deps, { ...wanted, sourceId: browser, scopes: ["customers:read"] })).rejects.toMatchObject({ code: "invalid" });
    await expect(createKey(deps, { ...wanted, sourceId: server, scopes: [] })).rejects.toMatchObject({ code: "invalid" });
    expect(await activeKeys()).toEqual(before);
  });

  it("that two people revoke at once are revoked once", async () => {
    const key = await createKey(deps, { sourceId: server, kind: "write", name: "Twice", scopes: [], by });
    await Promise.all([revokeKey(deps, { keyId: key.id, by }), revokeKey(deps, { keyId: key.id, by })]);
    const entries = (await readAudit(deps, { objectKind: "api_key" })).items.filter((each) => each.objectId === key.id);
    expect(entries.map((each) => each.action).toSorted()).toEqual(["key.create", "key.revoke"]);
  });
});

describe("a browser source", () => {
  it("takes exactly the origins it is given", async () => {
    await setOrigins(deps, { sourceId: browser, origins: ["https://shop.example", "https://shop.example"], by });
    expect((await showSource(deps, { id: browser, url })).allowedOrigins).toEqual(["https://shop.example"]);
    expect(await lastAudit()).toMatchObject({ action: "source.set_origins", before: expect.stringContaining("*") });
    await expect(setOrigins(deps, { sourceId: server, origins: [], by })).rejects.toMatchObject({ code: "invalid" });
  });

  it("believes the new secret, as it was shown, and no longer the old one", async () => {
    const first = await rotateSecret(deps, { sourceId: browser, by });
    const second = await rotateSecret(deps, { sourceId: browser, by });
    const source = (await deps.data.apiKeys.listActiveKeys(database.pool)).find((each) => each.source.id === browser)?.source;
    if (source === undefined) throw new Error("the browser source has no key");
    const claim = (secret: string) => ({
      type: "track" as const,
      name: "x",
      messageId: "m",
      userId: "u-1",
      anonymousId: "a-1",
      userHash: createHmac("sha256", secret).update("u-1").digest("hex"),
      occurredAt: 0,
      historical: false,
      payload: "{}",
    });
    expect(resolveActor(source, claim(second.secret))).toMatchObject({ verified: true });
    expect(resolveActor(source, claim(first.secret))).toMatchObject({ verified: false });
    expect(JSON.stringify((await readAudit(deps, { objectKind: "source" })).items)).not.toContain(second.secret);
  });
});

describe("refused events", () => {
  it("are counted by reason and hour, each with words and a way out", async () => {
    const hour = Math.floor(clock.at / HOUR) * HOUR;
    await deps.data.rejections.addRejections(
      database.pool,
      rejectionCodes.flatMap((code, index) => [
        { sourceId: server, hour, code, count: index + 1, sample: `properties.${code}` },
        { sourceId: server, hour: hour - 30 * HOUR, code, count: 100, sample: "" },
      ]),
    );
    await deps.data.rejections.addRejections(database.pool, [{ sourceId: browser, hour, code: "too_deep", count: 1000, sample: "" }]);
    const all = await listRefusals(deps, { sourceId: null });
    expect(all.items).toHaveLength(rejectionCodes.length);
    expect(all.items[0]).toMatchObject({ code: "too_deep", lastHour: hour });
    const own = await listRefusals(deps, { sourceId: server });
    expect(own.items.map((each) => each.count)).toEqual(rejectionCodes.map((_, index) => index + 1).toReversed());
    expect(own.items.every((each) => each.hours.length === 1 && each.hours[0]?.sample === `properties.${each.code}`)).toBe(true);
    const view = await showSource(deps, { id: server, url });
    expect(view.hours.at(-1)?.refused).toBe(view.refused);
    expect(view.refused).toBe((rejectionCodes.length * (rejectionCodes.length + 1)) / 2);
  });
});

describe("the event debugger", () => {
  it("shows the newest first, found by source, type, name, actor and fate", async () => {
    const ids = [
      await tell({ userId: "ana", name: "Checkout Started", at: clock.at - 5000 }),
      await tell({ userId: "ana", type: "identify", at: clock.at - 4000 }),
      await tell({ anonymousId: "visitor-77", name: "Product Viewed", source: browser, at: clock.at - 3000 }),
    ];
    const found = async (part: Parameters<typeof filters>[0]) => (await listEvents(deps, filters(part))).items.map((each) => each.id);
    expect(await found({})).toEqual(ids.toReversed());
    expect(await found({ sourceId: browser })).toEqual([ids[2]]);
    expect(await found({ type: "identify" })).toEqual([ids[1]]);
    expect(await found({ name: "product" })).toEqual([ids[2]]);
    expect(await found({ name: "%" })).toEqual([]);
    expect(await found({ actor: "ana" })).toEqual([ids[1], ids[0]]);
    expect(await found({ actor: "visitor-77" })).toEqual([ids[2]]);
    expect(await found({ actor: "visitor-77", identify: false })).toEqual([]);
    expect(await found({ fate: "pending" })).toEqual(ids.toReversed());
    expect(await found({ fate: "quarantined" })).toEqual([]);
    const { sources } = await listSources(deps);
    expect(sources.find((each) => each.id === server)).toMatchObject({ lastHour: 2, lastDay: 2, newestAt: clock.at - 4000 });
  });

  it("follows an event from the work list to its customer", async () => {
    const id = await tell({ userId: "bea" });
    expect(await showEvent(deps, { id, identify: true })).toMatchObject({ fate: "pending", customerId: null });
    clock.at += 1000;
    await processEvents(deps);
    const event = await showEvent(deps, { id, identify: true });
    expect(event).toMatchObject({ fate: "processed", processedAt: clock.at, quarantine: null });
    expect(event.customerId).not.toBeNull();
    expect(event.json).toContain("ana@example.com");
  });

  it("hides values, visitors and reasons from a role that may not identify customers", async () => {
    const id = await tell({ anonymousId: "visitor-88", name: "Cart Viewed" });
    const event = await showEvent(deps, { id, identify: false });
    expect(event.masked).toBe(true);
    expect(JSON.stringify(event)).not.toMatch(/ana@|visitor-88/);
    expect(JSON.parse(event.json)).toMatchObject({ event: "Cart Viewed", properties: { email: "•••" } });
  });

  it("puts a quarantined event back on the work list once, rings the lane, and the event is processed", async () => {
    const id = await tell({ userId: "carl" });
    await database.pool.query("UPDATE event_pending SET attempts = 5 WHERE event_id = $1", [id]);
    await deps.data.pending.quarantineExhausted(database.pool, { maxAttempts: 5, reason: "ana@example.com broke it", now: clock.at });
    expect((await listEvents(deps, filters({ fate: "quarantined" }))).items.map((each) => each.id)).toEqual([id]);
    expect((await listSources(deps)).sources.find((each) => each.id === server)?.quarantined).toBe(1);
    expect(await showEvent(deps, { id, identify: true })).toMatchObject({ fate: "quarantined", quarantine: { attempts: 5 } });
    expect((await showEvent(deps, { id, identify: false })).quarantine?.reason).not.toContain("ana@");

    bell.rung.length = 0;
    const tries = await Promise.allSettled([retryEvent(deps, { id, by }), retryEvent(deps, { id, by })]);
    expect(tries.map((each) => each.status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(bell.rung).toEqual(["process"]);
    expect(await lastAudit()).toMatchObject({ action: "event.retry", objectId: id });
    await processEvents(deps);
    expect(await showEvent(deps, { id, identify: true })).toMatchObject({ fate: "processed" });
  });

  it("pages through everything once and says when it ends", async () => {
    for (let index = 0; index < 120; index += 1) await tell({ userId: "pager", name: "Paged" });
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof listEvents>> = await listEvents(deps, filters({ name: "paged", cursor }));
      ids.push(...page.items.map((item) => item.id));
      cursor = page.next;
    } while (cursor !== null);
    expect(new Set(ids).size).toBe(120);
    expect(ids).toHaveLength(120);
  });
});

it("the audit chain holds over all of it", async () => {
  expect((await verifyAudit(deps)).ok).toBe(true);
});
