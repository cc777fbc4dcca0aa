import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDeps, type Deps } from "#server/deps.ts";
import type { SegmentDefinition } from "#server/domain/definitions/segment.ts";
import { exportArtifacts } from "#server/usecases/governance/export-artifacts.ts";
import { importArtifacts } from "#server/usecases/governance/import-artifacts.ts";
import { goLive, retireArtifact, reviewVersion, submitVersion } from "#server/usecases/governance/move-version.ts";
import { saveDraft } from "#server/usecases/governance/save-draft.ts";
import { verifyAudit } from "#server/usecases/governance/verify-audit.ts";
import { seedShop } from "#server/usecases/setup/seed-shop.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";
import { silentBell } from "../../support/silent-bell.ts";

let database: TestDatabase;
let deps: Deps;
const people: Record<string, string> = {};

const asUser = (id: string | undefined) => ({ kind: "user" as const, id: id ?? "nobody", ip: "127.0.0.1" });
const segment = (key: string, plan: string): SegmentDefinition => ({
  key,
  name: key,
  rule: { field: "traits.plan", op: "eq", value: plan },
});

async function draftAndSubmit(key: string): Promise<{ kind: "segment"; key: string; version: number; contentHash: string }> {
  const author = asUser(people.mara);
  const draft = await saveDraft(deps, author, { kind: "segment", content: segment(key, "gold"), authorId: author.id });
  const ref = { kind: "segment" as const, key, version: draft.version };
  await submitVersion(deps, author, ref);
  return { ...ref, contentHash: await deps.data.artifacts.contentHashOf(database.pool, draft.artifactId, draft.version) };
}

beforeAll(async () => {
  database = await testDatabase();
  deps = createDeps({ pool: database.pool, queue: silentBell() });
  for (const [name, role] of [
    ["mara", "marketer"],
    ["cleo", "compliance"],
    ["ada", "admin"],
  ] as const) {
    const id = deps.newId();
    await deps.data.users.insert(database.pool, {
      id,
      email: `${name}@x.example`,
      name,
      role,
      passwordHash: "-",
      createdAt: deps.clock.now(),
    });
    people[name] = id;
  }
});
afterAll(() => database.close());

describe("four eyes", () => {
  it("lets nobody approve what they wrote, also not after their role changed to an approving one", async () => {
    const version = await draftAndSubmit("own_work");
    await deps.data.users.setRole(database.pool, people.mara ?? "", "compliance");
    await expect(reviewVersion(deps, asUser(people.mara), { ...version, verdict: "approved", comment: "mine" })).rejects.toMatchObject({
      code: "forbidden",
    });
    await deps.data.users.setRole(database.pool, people.mara ?? "", "marketer");
  });

  it("makes everyone who saved a draft an author of it", async () => {
    const first = await saveDraft(deps, asUser(people.mara), {
      kind: "segment",
      content: segment("shared_work", "gold"),
      authorId: people.mara ?? "",
    });
    await saveDraft(deps, asUser(people.cleo), {
      kind: "segment",
      content: segment("shared_work", "silver"),
      authorId: people.cleo ?? "",
      expectedRevision: first.revision,
    });
    const ref = { kind: "segment" as const, key: "shared_work", version: first.version };
    await submitVersion(deps, asUser(people.mara), ref);
    const contentHash = await deps.data.artifacts.contentHashOf(database.pool, first.artifactId, first.version);
    await expect(reviewVersion(deps, asUser(people.cleo), { ...ref, contentHash, verdict: "approved", comment: "" })).rejects.toMatchObject(
      { code: "forbidden" },
    );
    await reviewVersion(deps, asUser(people.ada), { ...ref, contentHash, verdict: "approved", comment: "fine" });
  });

  it("counts one review of two tabs and refuses the other", async () => {
    const version = await draftAndSubmit("two_tabs");
    const both = await Promise.allSettled([
      reviewVersion(deps, asUser(people.cleo), { ...version, verdict: "approved", comment: "tab 1" }),
      reviewVersion(deps, asUser(people.cleo), { ...version, verdict: "rejected", comment: "tab 2" }),
    ]);
    expect(both.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("refuses a review of content other than the reviewer saw, and a disabled approver", async () => {
    const version = await draftAndSubmit("other_content");
    await expect(
      reviewVersion(deps, asUser(people.cleo), { ...version, contentHash: deps.newId(), verdict: "approved", comment: "" }),
    ).rejects.toMatchObject({ code: "conflict" });
    await deps.data.users.setDisabled(database.pool, people.cleo ?? "", deps.clock.now());
    await expect(reviewVersion(deps, asUser(people.cleo), { ...version, verdict: "approved", comment: "" })).rejects.toMatchObject({
      code: "forbidden",
    });
    await deps.data.users.setDisabled(database.pool, people.cleo ?? "", null);
  });

  it("lets nothing go live that was not approved", async () => {
    const version = await draftAndSubmit("not_approved");
    await expect(goLive(deps, asUser(people.mara), version)).rejects.toMatchObject({ code: "conflict" });
    await database.pool.query(
      "UPDATE artifact_version SET status = 'approved' WHERE version = $1 AND artifact_id = (SELECT id FROM artifact WHERE key = 'not_approved')",
      [version.version],
    );
    await expect(goLive(deps, asUser(people.mara), version)).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("drafts", () => {
  it("refuses a save that started from an older revision", async () => {
    const first = await saveDraft(deps, asUser(people.mara), {
      kind: "segment",
      content: segment("stale_save", "a"),
      authorId: people.mara ?? "",
    });
    await saveDraft(deps, asUser(people.ada), {
      kind: "segment",
      content: segment("stale_save", "b"),
      authorId: people.ada ?? "",
      expectedRevision: first.revision,
    });
    await expect(
      saveDraft(deps, asUser(people.mara), {
        kind: "segment",
        content: segment("stale_save", "c"),
        authorId: people.mara ?? "",
        expectedRevision: first.revision,
      }),
    ).rejects.toMatchObject({ code: "conflict" });
  });

  it("names every wrong field", async () => {
    const wrong = { key: "Bad Key", name: "", rule: { field: "nonsense", op: "eq" } };
    await expect(
      saveDraft(deps, asUser(people.mara), { kind: "segment", content: wrong, authorId: people.mara ?? "" }),
    ).rejects.toMatchObject({
      code: "invalid",
      issues: expect.arrayContaining([expect.objectContaining({ field: "key" }), expect.objectContaining({ field: "name" })]),
    });
  });
});

describe("the live catalog", () => {
  it("is what was approved; a row changed behind the product's back is left out and named, the others stay", async () => {
    for (const key of ["good_one", "tampered"]) {
      const version = await draftAndSubmit(key);
      await reviewVersion(deps, asUser(people.cleo), { ...version, verdict: "approved", comment: "ok" });
      await goLive(deps, asUser(people.mara), version);
    }
    expect([...(await deps.catalog.get()).segments.keys()].sort()).toEqual(["good_one", "tampered"]);
    await database.pool.query(
      "UPDATE artifact_version SET content = jsonb_set(content, '{rule,value}', '\"everyone\"') WHERE artifact_id = (SELECT id FROM artifact WHERE key = 'tampered')",
    );
    await deps.data.artifacts.bumpCatalogEpoch(database.pool, deps.clock.now());
    const catalog = await deps.catalog.get();
    expect([...catalog.segments.keys()]).toEqual(["good_one"]);
    expect(catalog.suspended).toEqual([{ kind: "segment", key: "tampered", reason: expect.stringContaining("outside the product") }]);
  });

  it("loses what is retired, and gets it back by one restore of the same approved version", async () => {
    const version = await draftAndSubmit("comes_back");
    await reviewVersion(deps, asUser(people.cleo), { ...version, verdict: "approved", comment: "ok" });
    await goLive(deps, asUser(people.mara), version);
    await retireArtifact(deps, asUser(people.mara), { kind: "segment", key: "comes_back" });
    expect((await deps.catalog.get()).segments.has("comes_back")).toBe(false);
    await goLive(deps, asUser(people.mara), version);
    expect((await deps.catalog.get()).segments.has("comes_back")).toBe(true);
  });

  it("survives export and import unchanged, and an import makes drafts only", async () => {
    const file = await exportArtifacts(deps, { kind: "segment", key: "good_one" });
    const again = await importArtifacts(deps, asUser(people.mara), { artifacts: file.artifacts, authorId: people.mara ?? "" });
    expect(again).toEqual([expect.objectContaining({ key: "good_one", result: "unchanged" })]);
    const changed = file.artifacts.map((entry) => ({ ...entry, content: segment("good_one", "bronze") }));
    expect(await importArtifacts(deps, asUser(people.mara), { artifacts: changed, authorId: people.mara ?? "" })).toEqual([
      expect.objectContaining({ result: "draft_created" }),
    ]);
    expect((await deps.catalog.get()).segments.get("good_one")?.definition.rule).toEqual({ field: "traits.plan", op: "eq", value: "gold" });
  });
});

describe("the audit chain", () => {
  it("has one entry a change, no fork and no gap under 50 writers at once", async () => {
    const before = await verifyAudit(deps);
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        saveDraft(deps, asUser(people.mara), { kind: "segment", content: segment(`writer_${index}`, "x"), authorId: people.mara ?? "" }),
      ),
    );
    const after = await verifyAudit(deps);
    expect(after).toMatchObject({ ok: true, entries: before.entries + 50 });
  });

  it("refuses to be edited, and names the entry when a superuser edits it all the same", async () => {
    await expect(database.pool.query("UPDATE audit_entry SET action = 'x' WHERE seq = 3")).rejects.toThrow(/append-only/);
    await expect(database.pool.query("DELETE FROM audit_entry WHERE seq = 3")).rejects.toThrow(/append-only/);
    await expect(database.pool.query("TRUNCATE audit_entry")).rejects.toThrow(/append-only/);
    const intact = await verifyAudit(deps);
    if (!intact.ok) throw new Error("the chain should be intact");
    const anchor = { seq: intact.entries, hash: intact.head };

    await database.pool.query("ALTER TABLE audit_entry DISABLE TRIGGER ALL");
    await database.pool.query("UPDATE audit_entry SET action = action || ' ' WHERE seq = 7");
    expect(await verifyAudit(deps)).toMatchObject({ ok: false, brokenAt: 7, reason: "hash" });
    await database.pool.query("UPDATE audit_entry SET action = trim(action) WHERE seq = 7");
    await database.pool.query("DELETE FROM audit_entry WHERE seq = $1", [anchor.seq]);
    expect(await verifyAudit(deps)).toMatchObject({ ok: true });
    expect(await verifyAudit(deps, anchor)).toMatchObject({ ok: false, reason: "anchor" });
    await database.pool.query("DELETE FROM audit_entry WHERE seq = 5");
    expect(await verifyAudit(deps)).toMatchObject({ ok: false, brokenAt: 5, reason: "sequence" });
    await database.pool.query("ALTER TABLE audit_entry ENABLE TRIGGER ALL");
  });
});

describe("the example shop", () => {
  it("goes through the same life cycle, validates whole, and can be seeded twice", async () => {
    const other = await testDatabase();
    const shop = createDeps({ pool: other.pool, queue: silentBell() });
    const accounts = await seedShop(shop, { hashPassword: async (password) => `hash of ${password.length}` });
    expect(accounts.map((account) => account.role).sort()).toEqual([
      "admin",
      "agent",
      "compliance",
      "manager",
      "marketer",
      "product",
      "support_lead",
    ]);
    const catalog = await shop.catalog.get();
    expect(catalog.suspended).toEqual([]);
    expect([...catalog.journeys.keys()].sort()).toEqual(["checkout_help", "delivery_delay", "refill_reminder"]);
    expect(catalog.policies.moderation.version).toBe(1);
    expect(await seedShop(shop, { hashPassword: async () => "other" })).toEqual([]);
    expect((await shop.catalog.get()).epoch).toBe(catalog.epoch);
    expect(await verifyAudit(shop)).toMatchObject({ ok: true });
    await other.close();
  });
});
