import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { processEvents } from "#server/usecases/pipeline/process-events.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";
import { drainAll, troubleStory, wipe } from "../../support/pipeline-story.ts";
import { catalogOf, endState, minute, type PipelineWorld, pipelineWorld, type Told } from "../../support/pipeline-world.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ max: 12 });
});
afterAll(() => database.close());

async function freshWorld(): Promise<PipelineWorld> {
  await wipe(database.pool);
  return pipelineWorld(database.pool, catalogOf({}));
}

/** One customer's five events: into trouble, out of it by an order. */
function fiveEvents(userId: string, at: number): Told[] {
  const one = (n: number, name: string, more: Partial<Told> = {}): Told => ({
    messageId: `${userId}-${n}`,
    name,
    userId,
    at: at - 20 * minute + n * minute,
    ...more,
  });
  return [
    one(1, "", { type: "identify", traits: { plan: "free" } }),
    one(2, "Payment Failed"),
    one(3, "Payment Failed"),
    one(4, "", { type: "identify", traits: { plan: "gold" } }),
    one(5, "Order Completed", { properties: { order_id: userId, total: 3 } }),
  ];
}

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]];
  return list.flatMap((one, index) => permutations(list.toSpliced(index, 1)).map((rest) => [one, ...rest]));
}

describe("events in any order", () => {
  it("of a five-event story, all 120 of them, give the same profile, signals, status and orders, and enroll at most once", async () => {
    const world = await freshWorld();
    const orders = permutations([0, 1, 2, 3, 4]).map((order, n) => ({
      order,
      userId: `user${n}`,
      story: fiveEvents(`user${n}`, world.clock.at),
    }));
    for (let place = 0; place < 5; place += 1) {
      await world.tell(...orders.flatMap(({ order, story }) => story[order[place] ?? 0] ?? []));
      await drainAll(world.deps);
    }
    const customers = await world.rows<{ user_id: string; n: number }>(
      `SELECT c.user_id, c.traits, s.state - 'evaluatedKey' AS state, m.situation_key, o.amount, o.status,
         (SELECT count(*)::int FROM enrollment e WHERE e.customer_id = c.id) AS n
       FROM customer c JOIN customer_state s ON s.customer_id = c.id LEFT JOIN situation_membership m ON m.customer_id = c.id
       LEFT JOIN order_record o ON o.customer_id = c.id`,
    );
    const seen = new Set(customers.map(({ user_id: _user, n: _enrolled, ...rest }) => JSON.stringify(rest)));
    for (const { order, userId } of orders) {
      const enrolled = customers.find((customer) => customer.user_id === userId)?.n;
      expect(enrolled).toBeLessThanOrEqual(1);
      // A goal that was stored before its trouble keeps the journey from starting.
      if (order.indexOf(4) < Math.max(order.indexOf(1), order.indexOf(2))) expect(enrolled).toBe(0);
    }
    expect(customers).toHaveLength(120);
    expect([...seen]).toHaveLength(1);
  });

  it("and any split into batches give the same end state", async () => {
    const reference = await freshWorld();
    const story = troubleStory(reference.clock.at, 4);
    await reference.tell(...story);
    await drainAll(reference.deps);
    const expected = await endState(reference);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 7 }), fc.boolean(), async (limit, oneByOne) => {
        const world = await freshWorld();
        if (oneByOne) {
          for (const told of story) {
            await world.tell(told);
            await processEvents(world.deps);
          }
        } else {
          await world.tell(...story);
          await drainAll(world.deps, limit);
        }
        expect((await comparable(world)).state).toEqual(comparableOf(expected).state);
      }),
      { numRuns: 10 },
    );
  });
});

type EndState = { state: unknown; enrollments: unknown };

function comparableOf(state: unknown): EndState {
  return state as EndState;
}

async function comparable(world: PipelineWorld): Promise<EndState> {
  return comparableOf(await endState(world));
}

describe("two workers", () => {
  it("on the same customers lose nothing, double nothing and never deadlock for good", async () => {
    const world = await freshWorld();
    const story = troubleStory(world.clock.at, 40);
    await world.tell(...story);
    const workers = await Promise.all([1, 2, 3].map(() => pipelineWorld(database.pool, catalogOf({}))));
    await Promise.all(workers.map((worker) => drainAll(worker.deps, 10)));
    await drainAll(world.deps);
    expect(await world.rows("SELECT * FROM event_pending")).toEqual([]);
    expect(await world.rows("SELECT * FROM event_quarantine")).toEqual([]);
    expect(await world.rows("SELECT count(*)::int AS n FROM customer WHERE merged_into IS NULL")).toEqual([{ n: 40 }]);
    const sums = await world.rows<{ hits: string }>("SELECT state->'signals'->'payment_failed'->>'hits' AS hits FROM customer_state");
    expect(sums.filter(({ hits }) => hits === "3")).toHaveLength(40);
    const doubles = await world.rows("SELECT customer_id FROM enrollment GROUP BY customer_id, journey_key, entry_key HAVING count(*) > 1");
    expect(doubles).toEqual([]);
  });
});
