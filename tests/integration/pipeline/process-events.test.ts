import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { processEvents } from "#server/usecases/pipeline/process-events.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";
import { catalogOf, hour, minute, type PipelineWorld, pipelineWorld, second } from "../../support/pipeline-world.ts";

let database: TestDatabase;
let world: PipelineWorld;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query(
    `TRUNCATE events, event_ledger, event_pending, event_claim, event_quarantine, customer, identity, address, customer_state, signal_hit,
     situation_membership, situation_transition, timer, enrollment, candidate, order_record, case_record, outcome, task, evaluation_log CASCADE`,
  );
  world = await pipelineWorld(database.pool, catalogOf({}));
});

const failed = (userId: string, n: number, at?: number) => ({ messageId: `${userId}-${n}`, name: "Payment Failed", userId, at });

describe("events on the road", () => {
  it("become signals, a situation, an enrollment and a candidate in one transaction", async () => {
    const { clock, tell, rows, deps } = world;
    await tell(failed("ann", 1), failed("ann", 2, clock.at + second), failed("bob", 1));
    const result = await processEvents(deps);
    expect(result).toMatchObject({ processed: 3, work: { candidates: 1 }, quarantined: 0 });
    expect(await rows("SELECT c.user_id, m.situation_key FROM situation_membership m JOIN customer c ON c.id = m.customer_id")).toEqual([
      { user_id: "ann", situation_key: "checkout_trouble" },
    ]);
    expect(await rows("SELECT journey_key, entry_key, status, node_id FROM enrollment")).toEqual([
      { journey_key: "checkout_help", entry_key: "checkout_trouble#1", status: "active", node_id: "help" },
    ]);
    expect(await rows("SELECT kind FROM timer")).toEqual([{ kind: "situation_exit" }]);
    expect(await rows("SELECT status, step_key FROM candidate")).toHaveLength(1);
    expect(await rows("SELECT * FROM event_pending")).toEqual([]);
    expect(await rows("SELECT * FROM event_claim")).toEqual([]);
  });

  it("count once, however often the same event is sent", async () => {
    const { tell, rows, deps } = world;
    for (let round = 0; round < 10; round += 1) {
      await tell(...Array.from({ length: 100 }, () => failed("ann", 1)));
      await processEvents(deps);
    }
    expect(await rows("SELECT count(*)::int AS hits FROM signal_hit")).toEqual([{ hits: 1 }]);
    expect(await rows("SELECT state->'signals'->'payment_failed'->>'hits' AS hits FROM customer_state")).toEqual([{ hits: "1" }]);
  });

  it("start nothing when they are history, and still tell who the customer is", async () => {
    const { clock, tell, rows, deps } = world;
    const old = clock.at - 5 * hour;
    await tell(
      { ...failed("ann", 1, old), historical: true },
      { ...failed("ann", 2, old + second), historical: true },
      {
        messageId: "i",
        type: "identify",
        name: "",
        userId: "ann",
        traits: { plan: "gold", email: "ann@example.com" },
        at: old,
        historical: true,
      },
    );
    await processEvents(deps);
    expect(await rows("SELECT traits FROM customer")).toEqual([{ traits: { plan: "gold" } }]);
    expect(await rows("SELECT kind, value, verified FROM address")).toEqual([{ kind: "email", value: "ann@example.com", verified: true }]);
    expect(await rows("SELECT count(*)::int AS n FROM signal_hit")).toEqual([{ n: 2 }]);
    expect(await rows("SELECT * FROM enrollment")).toEqual([]);
  });

  it("do not enroll when a later stored event already meets the goal", async () => {
    const { clock, tell, rows, deps } = world;
    await tell({ messageId: "o", name: "Order Completed", userId: "ann", properties: { order_id: "7", total: 12.5, currency: "EUR" } });
    await processEvents(deps);
    await tell(failed("ann", 1, clock.at - 2 * minute), failed("ann", 2, clock.at - minute));
    await processEvents(deps);
    expect(await rows("SELECT kind FROM situation_transition")).toEqual([{ kind: "entered" }]);
    expect(await rows("SELECT * FROM enrollment")).toEqual([]);
    expect(await rows("SELECT order_id, amount, currency, status FROM order_record")).toEqual([
      { order_id: "7", amount: "12.5000", currency: "EUR", status: "completed" },
    ]);
  });

  it("end the journey at its goal, record the goal once, and close what was still to be offered", async () => {
    const { clock, tell, rows, deps } = world;
    await tell(failed("ann", 1), failed("ann", 2));
    await processEvents(deps);
    clock.at += minute;
    await tell({ messageId: "o", name: "Order Completed", userId: "ann", properties: { order_id: "7", total: 1 } });
    await processEvents(deps);
    expect(await rows("SELECT status, end_reason FROM enrollment")).toEqual([{ status: "ended", end_reason: "goal" }]);
    expect(await rows("SELECT kind, journey_key, arm FROM outcome")).toEqual([
      { kind: "goal", journey_key: "checkout_help", arm: "treated" },
    ]);
    expect(await rows("SELECT status FROM candidate")).toEqual([{ status: "closed" }]);
  });

  it("make cases, contacts and recontacts of one issue", async () => {
    const { clock, tell, rows, deps } = world;
    const about = (messageId: string, name: string, caseId: string) => ({
      messageId,
      name,
      userId: "ann",
      properties: { case_id: caseId, channel: "phone", type: "billing", issue: "double charge" },
    });
    await tell(about("1", "Case Opened", "A"));
    await processEvents(deps);
    clock.at += hour;
    await tell(about("2", "Case Resolved", "A"));
    await processEvents(deps);
    clock.at += 50 * hour;
    await tell(about("3", "Case Opened", "B"));
    await processEvents(deps);
    expect(await rows("SELECT case_id, status FROM case_record ORDER BY case_id")).toEqual([
      { case_id: "A", status: "resolved" },
      { case_id: "B", status: "open" },
    ]);
    expect(await rows("SELECT kind, count(*)::int AS n FROM outcome GROUP BY kind ORDER BY kind")).toEqual([
      { kind: "contact", n: 2 },
      { kind: "recontact", n: 1 },
    ]);
  });
});
