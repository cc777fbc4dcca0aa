import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createChannels } from "#server/channels/registry.ts";
import { keepMails } from "#server/data/sandbox-mail.ts";
import { createDeps, type Deps } from "#server/deps.ts";
import { shopModel } from "#server/domain/demo/causal-model.ts";
import type { TruthRecord } from "#server/domain/demo/truth.ts";
import { newWorld } from "#server/domain/demo/world.ts";
import { silentDoorbell } from "#server/queue/doorbell.ts";
import { provisionDefaultSources } from "#server/usecases/ingest/provision-sources.ts";
import { syncSchedules } from "#server/usecases/pipeline/sync-schedules.ts";
import { seedShop } from "#server/usecases/setup/seed-shop.ts";
import { type HistoryProgress, makeHistory, setClock } from "../../../scripts/demo/make-history.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";
import { testEnv } from "../../support/sending-env.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const from = Date.parse("2026-02-23T00:00:00Z");
const to = from + 10 * DAY;
const noon = from + 5 * DAY + 12 * 60 * MINUTE;
const trouble = { from: noon, declaredAt: noon + 10 * MINUTE, to: from + 5 * DAY + 18 * 60 * MINUTE, country: null, failing: 0.9 };

let database: TestDatabase;
let deps: Deps;
let made: HistoryProgress;
const truth: TruthRecord[] = [];

async function count(text: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${text}`);
  return rows[0]?.count ?? 0;
}

beforeAll(async () => {
  database = await testDatabase();
  const clock = setClock(from);
  const channels = createChannels({
    smtpUrl: null,
    mailFrom: "Shop <shop@shop.test>",
    keepMails: (mails) => keepMails(database.pool, mails, clock.now()),
  });
  deps = createDeps({ pool: database.pool, queue: silentDoorbell, env: testEnv, clock, channels });
  await provisionDefaultSources(deps);
  await seedShop(deps, { hashPassword: async () => "no password signs in" });
  await syncSchedules(deps);
  const grant = (await deps.data.apiKeys.listActiveKeys(database.pool)).find(
    ({ kind, source }) => kind === "write" && source.key === "server",
  );
  if (grant === undefined) throw new Error("the server source has no key");
  made = await makeHistory({
    deps,
    clock,
    source: grant.source,
    model: shopModel,
    world: newWorld(shopModel, { seed: "history", size: 150, from, to, troubles: [trouble] }),
    until: () => to,
    onTruth: async (records) => void truth.push(...records),
    onProgress: () => {},
    isStopped: () => false,
  });
}, 240_000);
afterAll(() => database.close());

describe("a history made through the road", () => {
  test("holds what a shop's past holds, at its own time", async () => {
    expect(made.at).toBeGreaterThan(to - 30 * MINUTE);
    expect(await count("events")).toBe(made.events);
    expect(await count("event_pending")).toBe(0);
    for (const table of ["decision", "send_ledger", "case_record", "enrollment", "situation_transition", "message_receipt"]) {
      expect([table, await count(table)]).toEqual([table, expect.toSatisfy((rows: number) => rows > 5)]);
    }
    const kinds = await database.pool.query<{ kind: string }>("SELECT DISTINCT kind FROM outcome");
    expect(kinds.rows.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["contact", "delivered", "opened"]));
    expect(await count(`send_ledger WHERE created_at < to_timestamp(${from / 1000}) OR created_at > to_timestamp(${to / 1000})`)).toBe(0);
    expect(await count("events_default")).toBe(0);
  });

  test("all three journeys ran, in both arms, and helped people got help", async () => {
    const { rows } = await database.pool.query<{ journey_key: string; arm: string; count: number }>(
      "SELECT journey_key, arm, count(*)::int AS count FROM enrollment GROUP BY 1, 2",
    );
    expect(new Set(rows.map((row) => row.journey_key))).toEqual(new Set(["checkout_help", "delivery_delay", "refill_reminder"]));
    const inArm = (arm: string) => rows.filter((row) => row.arm === arm).reduce((sum, row) => sum + row.count, 0);
    // a tenth by each journey and a twentieth overall
    const held = inArm("holdout") / (inArm("holdout") + inArm("treated"));
    expect(held).toBeGreaterThan(0.05);
    expect(held).toBeLessThan(0.27);
    expect(await count("send_ledger WHERE state = 'withheld'")).toBeGreaterThan(0);
    expect(made.messages).toBe(await count("send_ledger WHERE state IN ('sent', 'delivered', 'failed') AND attempts > 0"));
  });

  test("nothing went out twice, nothing to the held out, nothing without a decision", async () => {
    expect(await count("(SELECT message_key FROM events GROUP BY 1 HAVING count(*) > 1) twice")).toBe(0);
    expect(
      await count(
        "(SELECT split_part(step_key, '#', 1) FROM send_ledger WHERE state NOT IN ('cancelled', 'failed') GROUP BY 1 HAVING count(*) > 1) twice",
      ),
    ).toBe(0);
    expect(await count("send_ledger l JOIN enrollment e ON e.id = l.enrollment_id WHERE e.arm = 'holdout' AND l.state <> 'withheld'")).toBe(
      0,
    );
    expect(await count("send_ledger l WHERE NOT EXISTS (SELECT FROM decision d WHERE d.id = l.decision_id)")).toBe(0);
    expect(await count("sandbox_mail m WHERE NOT EXISTS (SELECT FROM send_ledger l WHERE l.id = m.message_id)")).toBe(0);
  });

  test("an incident opened, held help at the checkout, and was resolved", async () => {
    expect(await count("incident WHERE status = 'resolved'")).toBe(1);
    const during = `decided_at BETWEEN to_timestamp(${trouble.declaredAt / 1000}) AND to_timestamp(${trouble.to / 1000})`;
    expect(await count(`decision WHERE journey_key = 'checkout_help' AND ${during} AND verdict = 'SEND'`)).toBe(0);
    expect(await count(`decision WHERE journey_key = 'checkout_help' AND ${during} AND verdict = 'HOLD'`)).toBeGreaterThan(0);
  });

  test("who counts as helped in the truth has such a message in the ledger, and its outcome is the treated one", async () => {
    const { rows } = await database.pool.query<{ user_id: string; response_key: string }>(
      "SELECT c.user_id, l.response_key FROM send_ledger l JOIN customer c ON c.id = l.customer_id WHERE l.attempts > 0",
    );
    const sent = new Set(rows.map((row) => `${row.user_id} ${row.response_key}`));
    const helped = truth.filter((record) => record.helped);
    expect(helped.length).toBeGreaterThan(10);
    for (const { userId, effect, potential, outcome } of helped) {
      expect(outcome).toBe(potential.treated);
      if (effect === "ask_about_delay") expect(sent).toContain(`${userId} delay_notice`);
      if (effect === "return_after_mail") expect(sent).toContain(`${userId} checkout_mail`);
    }
    const late = truth.filter(({ effect }) => effect === "ask_about_delay");
    expect(late.filter((record) => record.helped).length / late.length).toBeGreaterThan(0.6);
  });
});
