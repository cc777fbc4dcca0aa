import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as cases from "#server/data/cases.ts";
import * as orders from "#server/data/orders.ts";
import type { CaseFact, OrderFact } from "#server/domain/pipeline/facts.ts";
import { uuidv7 } from "#server/ids.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";

let database: TestDatabase;
const customerId = uuidv7(1);
let made = 0;

beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query("INSERT INTO source (id, key, name, kind, created_at) VALUES ($1, 'shop', 'shop', 'server', now())", [
    uuidv7(1),
  ]);
});
afterAll(() => database.close());

const orderStory: Omit<OrderFact, "orderId">[] = [
  { sourceKey: "shop", at: 1_000, status: "completed", amount: "100.0000", currency: "EUR", quantity: 2 },
  { sourceKey: "shop", at: 2_000, status: "updated", amount: "80.0000", currency: "EUR", quantity: 1 },
  { sourceKey: "shop", at: 2_000, status: "refunded", amount: "15.0000", currency: "EUR", quantity: null },
];
const caseStory: Omit<CaseFact, "caseId">[] = [
  {
    sourceKey: "shop",
    at: 1_000,
    change: "opened",
    channel: "email",
    caseType: "refund",
    issueKey: "refund",
    priority: null,
    madeSla: null,
  },
  {
    sourceKey: "shop",
    at: 1_000,
    change: "resolved",
    channel: "other",
    caseType: "other",
    issueKey: "other",
    priority: null,
    madeSla: true,
  },
  {
    sourceKey: "shop",
    at: 5_000,
    change: "reopened",
    channel: "other",
    caseType: "other",
    issueKey: "other",
    priority: "high",
    madeSla: null,
  },
  {
    sourceKey: "shop",
    at: 5_000,
    change: "resolved",
    channel: "other",
    caseType: "other",
    issueKey: "other",
    priority: null,
    madeSla: null,
  },
];

/** The story in any order, told in any number of batches. */
function telling<Fact>(story: readonly Fact[]) {
  return fc.tuple(
    fc.shuffledSubarray([...story], { minLength: story.length }),
    fc.array(fc.boolean(), { minLength: story.length, maxLength: story.length }),
  );
}

function batches<Fact>(facts: readonly Fact[], cuts: readonly boolean[]): Fact[][] {
  const parts: Fact[][] = [[]];
  for (const [index, fact] of facts.entries()) {
    if (cuts[index]) parts.push([]);
    parts.at(-1)?.push(fact);
  }
  return parts;
}

describe("facts of orders and cases", () => {
  it("make the same order whatever the order and batches they arrive in: newest status, newest told amount", async () => {
    await fc.assert(
      fc.asyncProperty(telling(orderStory), async ([facts, cuts]) => {
        const orderId = `o${++made}`;
        for (const part of batches(facts, cuts))
          await orders.saveOrders(
            database.pool,
            part.map((order) => ({ id: uuidv7(made), customerId, order: { ...order, orderId } })),
          );
        const { rows } = await database.pool.query(
          "SELECT status, amount::text, quantity, extract(epoch FROM ordered_at)::int AS at FROM order_record WHERE order_id = $1",
          [orderId],
        );
        expect(rows).toEqual([{ status: "refunded", amount: "80.0000", quantity: 1, at: 1 }]);
      }),
      { numRuns: 40 },
    );
  });

  it("make the same case whatever the order and batches, also when it was solved in the instant it came in", async () => {
    await fc.assert(
      fc.asyncProperty(telling(caseStory), async ([facts, cuts]) => {
        const caseId = `c${++made}`;
        for (const part of batches(facts, cuts))
          await cases.saveCases(
            database.pool,
            part.map((fact) => ({ id: uuidv7(made), customerId, fact: { ...fact, caseId } })),
          );
        const { rows } = await database.pool.query(
          "SELECT status, channel, case_type, priority, made_sla, reopened_count, extract(epoch FROM opened_at)::int AS opened, extract(epoch FROM resolved_at)::int AS resolved FROM case_record WHERE case_id = $1",
          [caseId],
        );
        expect(rows).toEqual([
          {
            status: "resolved",
            channel: "email",
            case_type: "refund",
            priority: "high",
            made_sla: true,
            reopened_count: 1,
            opened: 1,
            resolved: 5,
          },
        ]);
      }),
      { numRuns: 40 },
    );
  });
});
