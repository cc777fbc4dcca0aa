import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDeps } from "#server/deps.ts";
import { processEvents } from "#server/usecases/pipeline/process-events.ts";
import { sweep } from "#server/usecases/pipeline/sweep.ts";
import { seedShop } from "#server/usecases/setup/seed-shop.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";
import { drainAll, troubleStory, wipe } from "../../support/pipeline-story.ts";
import { catalogOf, journey, pipelineWorld, signal } from "../../support/pipeline-world.ts";
import { silentBell } from "../../support/silent-bell.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(() => wipe(database.pool));

describe("poison", () => {
  it("in a definition hurts nothing but that definition, and is counted", async () => {
    const sound = catalogOf({
      signals: [signal({ key: "payment_failed" }), signal({ key: "broken" })],
      journeys: [journey({ key: "checkout_help" })],
    });
    const broken = sound.signals.get("broken");
    // A definition as it would be after its content was damaged in a way that no schema saw.
    if (broken !== undefined)
      Object.defineProperty(broken.definition, "weight", {
        get: () => {
          throw new Error("damaged");
        },
      });
    const world = await pipelineWorld(database.pool, sound);
    await world.tell({ messageId: "1", name: "Payment Failed", userId: "ann" }, { messageId: "2", name: "Payment Failed", userId: "ann" });
    await processEvents(world.deps);
    expect(await world.rows("SELECT kind, key, count::int, message FROM definition_fault")).toEqual([
      { kind: "signal", key: "broken", count: 1, message: "damaged" },
    ]);
    expect(await world.rows("SELECT journey_key FROM enrollment")).toEqual([{ journey_key: "checkout_help" }]);
  });

  it("in a definition suspends it after a hundred faults, for everybody at once", async () => {
    const deps = createDeps({ pool: database.pool, queue: silentBell() });
    await seedShop(deps, { hashPassword: async () => "-" });
    const key = "rage_clicks";
    const fault = { kind: "signal" as const, key, version: 1, message: "damaged" };
    const noteFaults = (count: number) =>
      deps.transact((tx) => deps.data.faults.noteFaults(tx, Array<typeof fault>(count).fill(fault), deps.clock.now()));
    await noteFaults(99);
    expect((await sweep(deps)).suspended).toEqual([]);
    expect((await deps.catalog.get()).signals.has(key)).toBe(true);
    await noteFaults(1);
    expect((await sweep(deps)).suspended).toEqual([{ kind: "signal", key }]);
    expect((await sweep(deps)).suspended).toEqual([]);
    const catalog = await deps.catalog.get();
    expect(catalog.signals.has(key)).toBe(false);
    expect(catalog.signals.size).toBeGreaterThan(3);
    expect(catalog.suspended).toEqual([expect.objectContaining({ kind: "signal", key })]);
    const { rows } = await database.pool.query("SELECT suspended_reason FROM artifact WHERE suspended_at IS NOT NULL");
    expect(rows).toEqual([{ suspended_reason: "failed 100 times: damaged" }]);
  });

  it("in the events of one customer holds up nobody else, and is put aside with the reason after five tries", async () => {
    const world = await pipelineWorld(database.pool, catalogOf({}));
    const story = troubleStory(world.clock.at, 20);
    await world.tell(...story);
    // An amount no order can have: the database refuses it, and with it the whole batch.
    await world.tell({ messageId: "poison", name: "Order Completed", userId: "user7", properties: { order_id: "x", total: 1e30 } });
    const first = await processEvents(world.deps);
    expect(first.processed).toBeGreaterThan(story.length - 5);
    expect(await world.rows("SELECT count(*)::int AS n FROM customer WHERE merged_into IS NULL AND user_id <> 'user7'")).toEqual([
      { n: 19 },
    ]);
    for (let tries = 0; tries < 5; tries += 1) await processEvents(world.deps, { suspects: true });
    await drainAll(world.deps);
    const [quarantined] = await world.rows<{ event_id: string; attempts: number; reason: string }>("SELECT * FROM event_quarantine");
    expect(quarantined).toMatchObject({ attempts: 5 });
    expect(quarantined?.reason).toMatch(/numeric|overflow/i);
    expect(await world.rows("SELECT * FROM event_pending")).toEqual([]);
  });
});
