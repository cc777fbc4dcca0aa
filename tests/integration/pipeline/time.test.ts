import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Catalog } from "#server/domain/definitions/catalog.ts";
import { enrollByApi } from "#server/usecases/pipeline/enroll-by-api.ts";
import { processEvents } from "#server/usecases/pipeline/process-events.ts";
import { runSchedules, startDueSchedules } from "#server/usecases/pipeline/run-schedules.ts";
import { settleOffers } from "#server/usecases/pipeline/settle-offers.ts";
import { sweep } from "#server/usecases/pipeline/sweep.ts";
import { wakeTimers } from "#server/usecases/pipeline/wake-timers.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";
import { wipe } from "../../support/pipeline-story.ts";
import { catalogOf, day, hour, journey, minute, type PipelineWorld, pipelineWorld, second, signal } from "../../support/pipeline-world.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(() => wipe(database.pool));

const open = (catalog: Catalog) => pipelineWorld(database.pool, catalog);
const help = { kind: "help", response: "retry_payment", channels: "auto", validForMs: hour, sensitive: false, expectedBenefit: 1 } as const;

async function wakeAll({ deps }: PipelineWorld): Promise<void> {
  while ((await wakeTimers(deps)).woken > 0);
}

describe("time that passes without events", () => {
  it("leaves a situation at the predicted moment and tells the journey", async () => {
    const leaving = journey({ key: "checkout_help", exitOn: { situationEnds: true } });
    const world = await open(catalogOf({ journeys: [leaving] }));
    await world.tell({ messageId: "1", name: "Payment Failed", userId: "ann" }, { messageId: "2", name: "Payment Failed", userId: "ann" });
    await processEvents(world.deps);
    const [timer] = await world.rows<{ due_at: Date }>("SELECT due_at FROM timer WHERE kind = 'situation_exit'");
    world.clock.at = (timer?.due_at.getTime() ?? 0) - 1;
    await wakeAll(world);
    expect(await world.rows("SELECT status FROM enrollment")).toEqual([{ status: "active" }]);
    world.clock.at += 1;
    await wakeAll(world);
    expect(await world.rows("SELECT * FROM situation_membership")).toEqual([]);
    expect(await world.rows("SELECT status, end_reason FROM enrollment")).toEqual([{ status: "ended", end_reason: "situation_ended" }]);
    expect(await world.rows("SELECT status FROM candidate")).toEqual([{ status: "closed" }]);
    expect(await world.rows("SELECT kind, at FROM situation_transition ORDER BY at")).toMatchObject([
      { kind: "entered" },
      { kind: "left", at: new Date(world.clock.at) },
    ]);
  });

  it("counts a step that was begun and not completed, unless the completion comes", async () => {
    const left = signal({
      key: "payment_failed",
      kind: "exit",
      begin: { type: "track", name: "Checkout Started" },
      complete: { type: "track", name: "Order Completed" },
      withinMs: 10 * minute,
      weight: 1,
      saturation: 0.1,
    });
    const world = await open(catalogOf({ signals: [left] }));
    await world.tell(
      { messageId: "1", name: "Checkout Started", userId: "ann" },
      { messageId: "2", name: "Checkout Started", userId: "bob" },
    );
    await processEvents(world.deps);
    world.clock.at += 5 * minute;
    await world.tell({ messageId: "3", name: "Order Completed", userId: "bob" });
    await processEvents(world.deps);
    world.clock.at += 5 * minute;
    await wakeAll(world);
    expect(await world.rows("SELECT c.user_id FROM enrollment e JOIN customer c ON c.id = e.customer_id")).toEqual([{ user_id: "ann" }]);
  });

  it("goes on with a journey that waits, each wait once, however many workers look", async () => {
    const waiting = journey({
      key: "welcome",
      entry: { kind: "event", match: { type: "track", name: "Signed Up" } },
      start: "wait",
      nodes: [
        { id: "wait", kind: "wait", mode: "for", ms: hour, next: "help" },
        { id: "help", ...help, next: "done" },
        { id: "done", kind: "exit", reason: "done" },
      ],
    });
    const world = await open(catalogOf({ journeys: [waiting] }));
    await world.tell(...Array.from({ length: 60 }, (_, n) => ({ messageId: `${n}`, name: "Signed Up", userId: `user${n}` })));
    await processEvents(world.deps);
    expect(await world.rows("SELECT * FROM candidate")).toEqual([]);
    world.clock.at += hour;
    await Promise.all([1, 2, 3].map(() => wakeTimers(world.deps, { limit: 20 })));
    await wakeAll(world);
    expect(await world.rows("SELECT count(*)::int AS n FROM candidate")).toEqual([{ n: 60 }]);
    expect(await world.rows("SELECT * FROM timer WHERE kind = 'journey_wait'")).toEqual([]);
  });

  it("opens held candidates again when their time has come", async () => {
    const world = await open(catalogOf({}));
    await world.tell({ messageId: "1", name: "Payment Failed", userId: "ann" }, { messageId: "2", name: "Payment Failed", userId: "ann" });
    await processEvents(world.deps);
    const [candidate] = await world.rows<{ id: string; customer_id: string }>(
      "UPDATE candidate SET status = 'held' RETURNING id, customer_id",
    );
    const change = { op: "set" as const, kind: "candidate", ref: candidate?.id ?? "", dueAt: world.clock.at + minute };
    await world.deps.data.timers.changeTimers(database.pool, [{ customerId: candidate?.customer_id ?? "", change }]);
    world.clock.at += minute;
    expect((await wakeTimers(world.deps)).work.candidates).toBe(1);
    expect(await world.rows("SELECT status FROM candidate")).toEqual([{ status: "open" }]);
  });
});

describe("scheduled journeys", () => {
  const digest = (zone: string) =>
    journey({
      key: "digest",
      entry: { kind: "schedule", cron: "0 9 * * *", zone, segment: "gold" },
      reentry: { mode: "always" },
      concurrency: "many",
    });
  const gold = { key: "gold", name: "Gold", rule: { field: "traits.plan", op: "eq" as const, value: "gold" } };
  const identify = (n: number, timezone?: string) => ({
    messageId: `i${n}`,
    type: "identify" as const,
    name: "",
    userId: `user${String(n).padStart(4, "0")}`,
    traits: { plan: n % 2 === 0 ? "gold" : "free", ...(timezone !== undefined && { timezone }) },
  });

  async function runDue(world: PipelineWorld, chunk = 500): Promise<void> {
    await startDueSchedules(world.deps);
    while ((await runSchedules(world.deps, { chunk })).more);
  }

  it("reach everybody of the segment once per occurrence, in chunks, whoever runs them", async () => {
    const world = await open(catalogOf({ journeys: [digest("company")], segments: [gold] }));
    await world.tell(...Array.from({ length: 101 }, (_, n) => identify(n)));
    await processEvents(world.deps);
    await sweep(world.deps);
    world.clock.at = Date.UTC(2026, 10, 24, 9);
    await startDueSchedules(world.deps);
    await Promise.all([1, 2].map(() => runSchedules(world.deps, { chunk: 10 })));
    await runDue(world, 10);
    await runDue(world, 10);
    expect(await world.rows("SELECT count(*)::int AS n, min(entry_key) AS key FROM enrollment")).toEqual([
      { n: 51, key: "2026-11-24T09:00:00.000Z" },
    ]);
    expect(await world.rows("SELECT matched::int, finished_at IS NOT NULL AS finished FROM schedule_run")).toEqual([
      { matched: 51, finished: true },
    ]);
    world.clock.at += day;
    await runDue(world);
    expect(await world.rows("SELECT count(*)::int AS n FROM enrollment")).toEqual([{ n: 102 }]);
  });

  it("at the customer's hour run for each zone when it is that hour there", async () => {
    const world = await open(catalogOf({ journeys: [digest("customer")], segments: [gold] }));
    await world.tell(identify(2, "Asia/Tokyo"), identify(4, "America/New_York"), identify(6));
    await processEvents(world.deps);
    await sweep(world.deps);
    const enrolledAt = async (at: number) => {
      world.clock.at = at;
      await runDue(world);
      return (await world.rows<{ n: number }>("SELECT count(*)::int AS n FROM enrollment"))[0]?.n;
    };
    expect(await enrolledAt(Date.UTC(2026, 10, 24, 0))).toBe(1);
    expect(await enrolledAt(Date.UTC(2026, 10, 24, 9))).toBe(2);
    expect(await enrolledAt(Date.UTC(2026, 10, 24, 14))).toBe(3);
  });

  it("at nine in the morning stay at nine when the clocks change", async () => {
    const world = await open(catalogOf({ journeys: [digest("customer")], segments: [gold] }));
    world.clock.at = Date.UTC(2026, 9, 23, 12);
    await world.tell(identify(2, "Europe/Berlin"));
    await processEvents(world.deps);
    await sweep(world.deps);
    for (let at = Date.UTC(2026, 9, 24); at < Date.UTC(2026, 9, 27); at += hour) {
      world.clock.at = at;
      await runDue(world);
    }
    expect(await world.rows("SELECT entered_at, entry_key FROM enrollment ORDER BY entered_at")).toEqual([
      { entered_at: new Date("2026-10-24T07:00:00Z"), entry_key: "2026-10-24T09:00" },
      { entered_at: new Date("2026-10-25T08:00:00Z"), entry_key: "2026-10-25T09:00" },
      { entered_at: new Date("2026-10-26T08:00:00Z"), entry_key: "2026-10-26T09:00" },
    ]);
  });

  it("meet a traveller once each morning, also when nine o'clock comes twice that day", async () => {
    const world = await open(catalogOf({ journeys: [digest("customer")], segments: [gold] }));
    await world.tell(identify(2, "Asia/Tokyo"), identify(4, "America/New_York"));
    await processEvents(world.deps);
    await sweep(world.deps);
    world.clock.at = Date.UTC(2026, 10, 24, 0);
    await runDue(world);
    // From Tokyo to New York on the same day: it is the 24th, nine in the morning, once more.
    await world.tell({ ...identify(2, "America/New_York"), messageId: "moved", at: world.clock.at });
    await processEvents(world.deps);
    world.clock.at = Date.UTC(2026, 10, 24, 14);
    await runDue(world);
    const met = "SELECT c.user_id, count(*)::int AS times FROM enrollment e JOIN customer c ON c.id = e.customer_id GROUP BY 1 ORDER BY 1";
    expect(await world.rows(met)).toEqual([
      { user_id: "user0002", times: 1 },
      { user_id: "user0004", times: 1 },
    ]);
    world.clock.at += day;
    await runDue(world);
    expect(await world.rows(met)).toMatchObject([{ times: 2 }, { times: 2 }]);
  });

  it("that were missed run the newest occurrence when it is less than an hour late, and none otherwise", async () => {
    const world = await open(catalogOf({ journeys: [digest("company")], segments: [gold] }));
    await world.tell(identify(2));
    await processEvents(world.deps);
    await sweep(world.deps);
    world.clock.at = Date.UTC(2026, 10, 27, 10, 1);
    await runDue(world);
    expect(await world.rows("SELECT * FROM enrollment")).toEqual([]);
    world.clock.at = Date.UTC(2026, 10, 30, 9, 59);
    await runDue(world);
    expect(await world.rows("SELECT entry_key FROM enrollment")).toEqual([{ entry_key: "2026-11-30T09:00:00.000Z" }]);
  });

  it("stop when the journey is no longer live", async () => {
    const world = await open(catalogOf({ journeys: [digest("company")], segments: [gold] }));
    await sweep(world.deps);
    expect(await world.rows("SELECT ref FROM timer")).toEqual([{ ref: "digest|UTC" }]);
    const without = await open(catalogOf({ journeys: [] }));
    await sweep(without.deps);
    expect(await world.rows("SELECT ref FROM timer")).toEqual([]);
  });
});

describe("a journey started by a server", () => {
  it("enrolls once per key and says why otherwise; its offers settle once", async () => {
    const byApi = journey({ key: "callback", entry: { kind: "api" }, reentry: { mode: "always" } });
    const world = await open(catalogOf({ journeys: [byApi] }));
    await world.tell({ messageId: "1", name: "Hello", userId: "ann" });
    await processEvents(world.deps);
    const request = { journeyKey: "callback", userId: "ann", key: "k1", properties: { reason: "vip" } };
    expect(await enrollByApi(world.deps, request)).toHaveProperty("enrollmentId");
    expect(await enrollByApi(world.deps, request)).toEqual({ refused: "already_entered" });
    expect(await enrollByApi(world.deps, { ...request, key: "k2" })).toEqual({ refused: "already_inside" });
    await expect(enrollByApi(world.deps, { ...request, userId: "nobody" })).rejects.toMatchObject({ code: "not_found" });
    const [offer] = await world.rows<{ step_key: string; enrollment_id: string; customer_id: string }>("SELECT * FROM candidate");
    const catalog = await world.deps.catalog.get();
    const settlement = {
      customerId: offer?.customer_id ?? "",
      enrollmentId: offer?.enrollment_id ?? "",
      stepKey: offer?.step_key ?? "",
      result: "sent" as const,
      at: world.clock.at,
    };
    world.clock.at += second;
    const context = { catalog, now: world.clock.at };
    for (let time = 0; time < 2; time += 1) await world.deps.transact((tx) => settleOffers(tx, world.deps, [settlement], context));
    expect(await world.rows("SELECT status, end_reason, fence FROM enrollment")).toEqual([
      { status: "ended", end_reason: "done", fence: 2 },
    ]);
  });
});
