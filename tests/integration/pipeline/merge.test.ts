import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noPreferences } from "#server/domain/decisions/preferences.ts";
import { mergeCustomers } from "#server/usecases/customers/merge-customers.ts";
import { processEvents } from "#server/usecases/pipeline/process-events.ts";
import { wakeTimers } from "#server/usecases/pipeline/wake-timers.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";
import { wipe } from "../../support/pipeline-story.ts";
import { catalogOf, hour, minute, type PipelineWorld, pipelineWorld } from "../../support/pipeline-world.ts";

let database: TestDatabase;
let world: PipelineWorld;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await wipe(database.pool);
  await database.pool.query("TRUNCATE consent_entry, preference");
  world = await pipelineWorld(database.pool, catalogOf({}));
});

const actor = { kind: "user" as const, id: "0190a000-0000-7000-8000-000000000001", ip: null };
const idOf = async (userId: string) =>
  (await world.rows<{ id: string }>("SELECT id FROM customer WHERE user_id = $1", [userId]))[0]?.id ?? "";

async function twoInTrouble(): Promise<{ ann: string; bob: string }> {
  const { clock, deps, tell } = world;
  await tell({ messageId: "a1", name: "Payment Failed", userId: "ann" }, { messageId: "a2", name: "Payment Failed", userId: "ann" });
  await processEvents(deps);
  clock.at += minute;
  await tell({ messageId: "b1", name: "Payment Failed", userId: "bob" }, { messageId: "b2", name: "Payment Failed", userId: "bob" });
  await processEvents(deps);
  return { ann: await idOf("ann"), bob: await idOf("bob") };
}

describe("two customers that are one person", () => {
  it("become one: signals add up, the older enrollment stays, and readers find everything under the one that stays", async () => {
    const { ann, bob } = await twoInTrouble();
    await mergeCustomers(world.deps, { from: ann, into: bob }, actor);
    expect(await world.rows("SELECT merged_into FROM customer WHERE id = $1", [ann])).toEqual([{ merged_into: bob }]);
    expect(await world.rows("SELECT DISTINCT customer_id FROM identity")).toEqual([{ customer_id: bob }]);
    expect(await world.rows("SELECT state->'signals'->'payment_failed'->>'hits' AS hits FROM customer_state")).toEqual([{ hits: "4" }]);
    expect(await world.rows("SELECT customer_id, status, end_reason FROM enrollment ORDER BY entered_at")).toEqual([
      { customer_id: bob, status: "active", end_reason: null },
      { customer_id: bob, status: "ended", end_reason: "merged" },
    ]);
    expect(await world.rows("SELECT customer_id, status FROM candidate ORDER BY created_at")).toEqual([
      { customer_id: bob, status: "open" },
      { customer_id: bob, status: "closed" },
    ]);
    expect(await world.rows("SELECT situation_key FROM situation_membership")).toEqual([{ situation_key: "checkout_trouble" }]);
    await world.tell({ messageId: "a3", name: "Payment Failed", userId: "ann" });
    await processEvents(world.deps);
    expect(await world.rows("SELECT customer_id, state->'signals'->'payment_failed'->>'hits' AS hits FROM customer_state")).toEqual([
      { customer_id: bob, hits: "5" },
    ]);
    while ((await wakeTimers(world.deps)).woken > 0);
    expect(await world.rows("SELECT customer_id FROM timer")).toEqual([{ customer_id: bob }]);
    expect(await world.rows("SELECT action, object_id FROM audit_entry ORDER BY seq DESC LIMIT 1")).toEqual([
      { action: "customer.merged", object_id: bob },
    ]);
  });

  it("keep the stricter consent and every wish to be left alone", async () => {
    const { ann, bob } = await twoInTrouble();
    const say = (customerId: string, purpose: string, state: string) =>
      world.rows(
        `INSERT INTO consent_entry (id, customer_id, purpose, channel, state, basis, source, actor, occurred_at, recorded_at)
         VALUES (gen_random_uuid(), $1, $2, '*', $3, 'consent', 'test', 'customer', $4, $4)`,
        [customerId, purpose, state, new Date(world.clock.at)],
      );
    await say(ann, "marketing", "withdrawn");
    await say(bob, "marketing", "granted");
    await say(bob, "proactive_help", "granted");
    await world.deps.data.preferences.save(database.pool, ann, { ...noPreferences(), topicsOff: ["news"], helpOff: true }, world.clock.at);
    world.clock.at += hour;
    await mergeCustomers(world.deps, { from: ann, into: bob }, actor);
    expect(
      await world.rows("SELECT purpose, state FROM consent_entry WHERE customer_id = $1 ORDER BY recorded_at DESC, purpose LIMIT 1", [bob]),
    ).toEqual([{ purpose: "marketing", state: "withdrawn" }]);
    expect((await world.deps.data.preferences.mapFor(database.pool, [bob])).get(bob)).toMatchObject({ topicsOff: ["news"], helpOff: true });
  });

  it("are refused a second time, and by anything but a server", async () => {
    const { ann, bob } = await twoInTrouble();
    await world.tell({ messageId: "x", type: "alias", name: "", userId: "bob", previousId: "ann", anonymousId: "d", source: "browser" });
    await processEvents(world.deps);
    expect(await world.rows("SELECT id FROM customer WHERE merged_into IS NOT NULL")).toEqual([]);
    await world.tell({ messageId: "y", type: "alias", name: "", userId: "bob", previousId: "ann" });
    await processEvents(world.deps);
    expect(await world.rows("SELECT id FROM customer WHERE merged_into IS NOT NULL")).toEqual([{ id: ann }]);
    await expect(mergeCustomers(world.deps, { from: bob, into: ann }, actor)).rejects.toMatchObject({ code: "conflict" });
    await expect(mergeCustomers(world.deps, { from: bob, into: bob }, actor)).rejects.toMatchObject({ code: "invalid" });
  });
});
