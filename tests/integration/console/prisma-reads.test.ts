import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appRouter } from "#server/api/root.ts";
import { createCallerFactory } from "#server/api/trpc.ts";
import { readCredentials } from "#server/auth/sign-in.ts";
import { PAGE_SIZE } from "#server/contracts/console/paging.ts";
import type { Actor } from "#server/data/audit.ts";
import { createPool } from "#server/data/pool.ts";
import { createPrisma } from "#server/data/prisma.ts";
import { createDeps, type Deps } from "#server/deps.ts";
import { createLogger } from "#server/telemetry/log.ts";
import { readAudit } from "#server/usecases/console/read-audit.ts";
import { showMail } from "#server/usecases/console/read-outbox.ts";
import { readSettings } from "#server/usecases/console/read-settings.ts";
import { showJourney } from "#server/usecases/console/show-journey.ts";
import { seedShop } from "#server/usecases/setup/seed-shop.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";
import { testEnv } from "../../support/sending-env.ts";
import { silentBell } from "../../support/silent-bell.ts";

const clock = { at: Date.UTC(2026, 10, 22, 12, 0, 0, 7), now: () => clock.at };
let database: TestDatabase;
let deps: Deps;

beforeAll(async () => {
  database = await testDatabase();
  deps = createDeps({ pool: database.pool, queue: silentBell(), clock, env: testEnv });
});
afterAll(() => database.close());

async function addUser(name: string, role: string): Promise<string> {
  const id = deps.newId();
  await deps.data.users.insert(database.pool, { id, email: `${name}@x.example`, name, role, passwordHash: "-", createdAt: clock.at });
  return id;
}

async function connectionsByName(): Promise<Record<string, number>> {
  const { rows } = await database.pool.query<{ name: string; connections: number }>(
    `SELECT application_name AS name, count(*) AS connections FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type = 'client backend' GROUP BY 1`,
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.connections]));
}

describe("the typed client", () => {
  it("has no connection of its own and leaves the pool open when it is ended", async () => {
    const pool = createPool(database.url, { max: 2, name: "shared" });
    try {
      const open = createPrisma(pool);
      expect(pool.totalCount).toBe(0);
      const client = await open();
      expect(await open()).toBe(client);
      await Promise.all(Array.from({ length: 20 }, () => client.user_account.findMany({ take: 1 })));
      expect(pool.totalCount).toBe(2);
      const { shared, test, ...others } = await connectionsByName();
      expect(shared).toBe(2);
      expect(test).toBe(database.pool.totalCount);
      expect(others).toEqual({});
      await client.$disconnect();
      expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    } finally {
      await pool.end();
    }
  });

  it("keeps instants to the millisecond, and moves the use of a session only forward", async () => {
    const userId = await addUser("Ines", "agent");
    const id = deps.newId();
    const { sessions } = deps.data;
    await sessions.insert(database.pool, { id, userId, now: clock.at, expiresAt: clock.at + 999, ip: null, userAgent: null });
    const db = await deps.db();
    await sessions.touch(db, id, clock.at + 123);
    await sessions.touch(db, id, clock.at + 5);
    expect(await sessions.findById(db, id)).toEqual({
      id,
      userId,
      createdAt: clock.at,
      lastSeenAt: clock.at + 123,
      expiresAt: clock.at + 999,
      revokedAt: null,
      user: { email: "ines@x.example", name: "Ines", role: "agent", disabledAt: null },
    });
    await sessions.revoke(db, id, clock.at + 200);
    await sessions.revoke(db, id, clock.at + 300);
    expect((await sessions.findById(db, id))?.revokedAt).toBe(clock.at + 200);
    const stored = await database.pool.query<{ at: Date }>("SELECT last_seen_at AS at FROM user_session WHERE id = $1", [id]);
    expect(stored.rows[0]?.at.getTime()).toBe(clock.at + 123);
  });
});

describe("people", () => {
  it("are listed by name, those who were disabled last", async () => {
    await addUser("Zoe", "agent");
    const gone = await addUser("Adam", "agent");
    await addUser("Bea", "agent");
    await deps.data.users.setDisabled(database.pool, gone, clock.at);
    const people = await deps.data.users.list(await deps.db());
    expect(people.map((person) => person.name)).toEqual(["Bea", "Ines", "Zoe", "Adam"]);
    expect(people.at(-1)?.disabledAt).toBe(clock.at);
  });
});

describe("the audit trail", () => {
  it("shows three hundred entries page by page: every one once, newest first, with the names of who acted", async () => {
    const userId = await addUser("Nora", "admin");
    const [sourceId, keyId] = [deps.newId(), deps.newId()];
    await database.pool.query("INSERT INTO source (id, key, name, kind, created_at) VALUES ($1, 'shop', 'Shop', 'server', now())", [
      sourceId,
    ]);
    await database.pool.query(
      `INSERT INTO api_key (id, kind, source_id, name, prefix, key_hash, scopes, created_at)
       VALUES ($1, 'api', $2, 'Robot', 'tact_x', 'hash', '{read}', now())`,
      [keyId, sourceId],
    );
    const person: Actor = { kind: "user", id: userId, ip: "10.0.0.1" };
    const others: Actor[] = [
      { kind: "api_key", id: keyId, ip: null },
      { kind: "system", id: "retention", ip: null },
    ];
    await deps.transact(async (tx) => {
      for (let index = 0; index < 300; index += 1) {
        await deps.data.audit.append(tx, others[(index % 3) - 1] ?? person, clock.at + index, {
          action: "test.page",
          objectKind: index % 2 === 0 ? "even" : "odd",
          objectId: String(index),
          before: null,
          after: { index },
        });
      }
    });

    const seen: Awaited<ReturnType<typeof readAudit>>["items"] = [];
    let cursor: number | null = null;
    let pages = 0;
    do {
      const page: Awaited<ReturnType<typeof readAudit>> = await readAudit(deps, { objectKind: null, cursor });
      expect(page.items.length).toBeLessThanOrEqual(PAGE_SIZE);
      seen.push(...page.items);
      cursor = page.next;
      pages += 1;
    } while (cursor !== null);
    expect(pages).toBe(300 / PAGE_SIZE);
    expect(seen.map((item) => item.objectId)).toEqual(Array.from({ length: 300 }, (_, index) => String(299 - index)));
    expect(seen.every((item) => item.at === clock.at + Number(item.objectId))).toBe(true);
    expect(new Set(seen.map((item) => item.actor))).toEqual(new Set(["Nora", "Robot", "retention"]));
    expect(seen.at(-1)).toMatchObject({ before: null, after: JSON.stringify({ index: 0 }, null, 2), ip: "10.0.0.1" });
    const chain = await database.pool.query<{ hash: string }>("SELECT encode(hash, 'hex') AS hash FROM audit_entry ORDER BY seq DESC");
    expect(seen.map((item) => item.hash)).toEqual(chain.rows.map((row) => row.hash));

    const odd = await readAudit(deps, { objectKind: "odd" });
    expect(odd.items.map((item) => item.objectKind)).toEqual(Array.from({ length: PAGE_SIZE }, () => "odd"));
  });
});

describe("settings", () => {
  it("show the company and the keys of every source, never a secret", async () => {
    const settings = await readSettings(deps, { url: testEnv.url, mail: "sandbox", queue: "postgres" });
    expect(settings.company).toEqual({ name: "Tact", timezone: "UTC", locale: "en" });
    const shop = settings.sources.find((source) => source.key === "shop");
    expect(shop?.keys).toEqual([{ name: "Robot", kind: "api", prefix: "tact_x", scopes: ["read"], lastUsedAt: null, revokedAt: null }]);
    expect(JSON.stringify(settings)).not.toContain("hash");
  });
});

describe("a caught mail", () => {
  it("is shown as it was written, also when nothing was sent for it", async () => {
    const id = deps.newId();
    await database.pool.query(
      `INSERT INTO sandbox_mail (message_id, accepted_at, sender, recipient, subject, html, body, headers)
       VALUES ($1, $2, 'a@x.example', 'b@x.example', 'Hello', NULL, 'text', '{"X-Test": "1"}')`,
      [id, new Date(clock.at)],
    );
    expect(await showMail(deps, { id })).toEqual({
      id,
      at: clock.at,
      sender: "a@x.example",
      recipient: "b@x.example",
      subject: "Hello",
      html: null,
      text: "text",
      headers: [{ name: "X-Test", value: "1" }],
      journey: null,
      state: null,
      customerId: null,
      decisionId: null,
    });
    await expect(showMail(deps, { id: deps.newId() })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("the versions of a journey", () => {
  it("name who wrote and who approved them", async () => {
    await seedShop(deps, { hashPassword: async () => "-" });
    const { rows } = await database.pool.query<{ key: string }>("SELECT key FROM artifact WHERE kind = 'journey' ORDER BY key LIMIT 1");
    const { versions } = await showJourney(deps, { key: rows[0]?.key ?? "", version: null });
    const names = new Map((await deps.data.users.list(await deps.db())).map((person) => [person.email, person.name]));
    expect(versions).toHaveLength(1);
    expect(versions[0]?.authors).toEqual([names.get("marketer@tact.example")]);
    expect(versions[0]?.reviews).toMatchObject([{ verdict: "approved", by: names.get("compliance@tact.example"), at: clock.at }]);
  });
});

describe("a condition sent in place of a value", () => {
  const condition = { contains: "" };

  it("is no e-mail address to sign in with", () => {
    expect(readCredentials({ email: condition, password: "x" })).toBeNull();
    expect(readCredentials({ email: "a@x.example", password: condition })).toBeNull();
    expect(readCredentials(undefined)).toBeNull();
    expect(readCredentials({ email: "a@x.example", password: "x" })).toEqual({ email: "a@x.example", password: "x" });
  });

  it.each([
    ["people.setDisabled", { userId: condition, disabled: true }],
    ["audit.list", { objectKind: condition }],
    ["outbox.show", { id: condition }],
    ["journeys.show", { key: condition, version: null }],
  ])("is refused by %s before anything is read", async (path, input) => {
    const user = { id: deps.newId(), sessionId: deps.newId(), email: "n@x.example", name: "Nora", role: "admin" as const };
    const unread = { ...deps, db: () => Promise.reject(new Error("the database was asked")) };
    const call = createCallerFactory(appRouter)({ deps: unread, env: testEnv, log: createLogger("test"), user, ip: null });
    const procedure = path.split(".").reduce<unknown>((at, name) => Reflect.get(Object(at), name), call);
    if (typeof procedure !== "function") throw new Error(`${path} is no procedure`);
    await expect(procedure(input)).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});
