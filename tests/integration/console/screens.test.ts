import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listedKinds } from "#server/contracts/console/definitions.ts";
import { PAGE_SIZE } from "#server/contracts/console/paging.ts";
import { createDeps, type Deps } from "#server/deps.ts";
import { actorKey } from "#server/ids.ts";
import { listCustomers } from "#server/usecases/console/list-customers.ts";
import { listDefinitions } from "#server/usecases/console/list-definitions.ts";
import { listJourneys } from "#server/usecases/console/list-journeys.ts";
import { readAudit, verifyTrail } from "#server/usecases/console/read-audit.ts";
import { listOutbox } from "#server/usecases/console/read-outbox.ts";
import { readToday } from "#server/usecases/console/read-today.ts";
import { showCustomer } from "#server/usecases/console/show-customer.ts";
import { showJourney } from "#server/usecases/console/show-journey.ts";
import { tellStory } from "#server/usecases/console/tell-story.ts";
import { seedShop } from "#server/usecases/setup/seed-shop.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";
import { silentBell } from "../../support/silent-bell.ts";

let database: TestDatabase;
let deps: Deps;
const everything = { situation: null, journey: null, identify: true };

async function addCustomer(userId: string, words: string, seenAt: number, mergedInto: string | null = null): Promise<string> {
  const id = deps.newId();
  await database.pool.query(
    `INSERT INTO customer (id, user_id, bucket_key, merged_into, traits, created_at, last_seen_at, search) VALUES ($1, $2, $2, $3, $4, $5, $5, $6)`,
    [id, userId, mergedInto, { name: words }, new Date(seenAt), `${userId} ${words}`.toLowerCase()],
  );
  return id;
}

beforeAll(async () => {
  database = await testDatabase();
  deps = createDeps({ pool: database.pool, queue: silentBell() });
});
afterAll(() => database.close());

describe("an empty installation", () => {
  it("shows every screen, and claims nothing", async () => {
    const today = await readToday(deps);
    expect(today.minutes).toHaveLength(15);
    expect(today.goalRate.verdict).toBe("too_early");
    expect(today.goalRate.helped.share).toBeNull();
    expect(await listJourneys(deps)).toEqual([]);
    expect((await listOutbox(deps, { search: "", journey: null })).items).toEqual([]);
    expect((await readAudit(deps, { objectKind: null })).items).toEqual([]);
    expect((await listCustomers(deps, { search: "", ...everything })).items).toEqual([]);
  });
});

describe("the example shop", () => {
  beforeAll(async () => {
    await seedShop(deps, { hashPassword: async () => "-" });
  });

  it("tells every definition in words, none of them unreadable", async () => {
    for (const kind of listedKinds) {
      const items = await listDefinitions(deps, { kind });
      expect(items.length, kind).toBeGreaterThan(0);
      for (const item of items) expect(item.summary, item.key).not.toMatch(/cannot be read/);
    }
  });

  it("shows each live journey with its reviewed version", async () => {
    const journeys = await listJourneys(deps);
    expect(journeys).toHaveLength(3);
    for (const { key } of journeys) {
      const view = await showJourney(deps, { key, version: null });
      expect(view.status).toBe("live");
      expect(view.versions[0]?.reviews[0]?.verdict).toBe("approved");
    }
  });

  it("lists who did what, and the chain holds", async () => {
    expect((await readAudit(deps, { objectKind: null })).items.length).toBeGreaterThan(0);
    expect((await verifyTrail(deps)).ok).toBe(true);
  });
});

describe("finding customers", () => {
  const seen = Date.UTC(2026, 10, 1);

  beforeAll(async () => {
    await addCustomer("u-1", "Ana López ana@mail.example", seen);
    await addCustomer("u-2", "Anatol O'Brien", seen);
    await addCustomer("u-3", "Ben Banana", seen);
  });

  it("finds by the beginning of every word that was typed, and by nothing else", async () => {
    const found = async (search: string) => (await listCustomers(deps, { search, ...everything })).items.map((item) => item.userId).sort();
    expect(await found("ana")).toEqual(["u-1", "u-2"]);
    expect(await found("ANA lóp")).toEqual(["u-1"]);
    expect(await found("ana@mail")).toEqual(["u-1"]);
    expect(await found("u-3")).toEqual(["u-3"]);
    expect(await found("o'br")).toEqual(["u-2"]);
  });

  it.each(["'", "\\", "':* | !x", "a & b", "%", "((", "\\'"])("takes %s for what it is: letters", async (search) => {
    await expect(listCustomers(deps, { search, ...everything })).resolves.toBeDefined();
  });

  it("lets a role that may not identify customers find one only by the exact user id", async () => {
    const found = async (search: string) => (await listCustomers(deps, { search, ...everything, identify: false })).items;
    expect(await found("ana")).toEqual([]);
    expect((await found("u-1")).map((item) => item.label)).toEqual(["u-1"]);
  });

  it("pages through everybody once, also those last seen at the same instant", async () => {
    for (let index = 0; index < PAGE_SIZE + 7; index += 1) await addCustomer(`page-${index}`, "paged", seen - 1000);
    const ids: string[] = [];
    let cursor: { at: number; id: string } | null = null;
    do {
      const page: Awaited<ReturnType<typeof listCustomers>> = await listCustomers(deps, { search: "paged", ...everything, cursor });
      ids.push(...page.items.map((item) => item.id));
      cursor = page.next;
    } while (cursor !== null);
    expect(ids).toHaveLength(PAGE_SIZE + 7);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("a customer's story", () => {
  it("goes on across a merge, every entry once, newest first, and hides values from roles that may not see them", async () => {
    const at = Date.UTC(2026, 10, 5);
    const kept = await addCustomer("kept", "Kept", at);
    const old = await addCustomer("old", "Old", at, kept);
    const sourceId = deps.newId();
    await database.pool.query("INSERT INTO source (id, key, name, kind, created_at) VALUES ($1, 'story', 'Story', 'server', now())", [
      sourceId,
    ]);
    const total = PAGE_SIZE + 20;
    for (const [customerId, value] of [
      [kept, "kept"],
      [old, "old"],
    ] as const) {
      const actor = actorKey("user", value);
      await database.pool.query("INSERT INTO identity (actor, kind, value, customer_id, created_at) VALUES ($1, 'user', $2, $3, now())", [
        actor,
        value,
        customerId,
      ]);
      for (let index = 0; index < total / 2; index += 1) {
        const happened = new Date(at + (index % 10) * 1000);
        await database.pool.query(
          `INSERT INTO events (id, actor, occurred_at, received_at, source_id, message_key, type, name, payload)
           VALUES ($1, $2, $3, $3, $4, $1, 'track', 'Product Viewed', '{"properties": {"secret": "visible"}}')`,
          [deps.newId(), actor, happened, sourceId],
        );
      }
    }
    const first = await tellStory(deps, { id: old, kinds: [], identify: true });
    const second = await tellStory(deps, { id: old, kinds: [], identify: true, cursor: first.next });
    const items = [...first.items, ...second.items];
    expect(new Set(items.map((item) => item.id)).size).toBe(total);
    expect(second.next).toBeNull();
    expect(items.every((item, index) => index === 0 || item.at <= (items[index - 1]?.at ?? 0))).toBe(true);

    const masked = await tellStory(deps, { id: old, kinds: ["event"], identify: false });
    expect(JSON.stringify(masked)).not.toContain("visible");
    expect((await showCustomer(deps, { id: old, identify: true })).mergedFrom).toBe(old);
    expect((await showCustomer(deps, { id: kept, identify: false })).traits).toEqual([]);
  });
});
