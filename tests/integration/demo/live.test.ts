import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDeps, type Deps } from "#server/deps.ts";
import { shopModel } from "#server/domain/demo/causal-model.ts";
import type { TruthRecord } from "#server/domain/demo/truth.ts";
import { type DemoWorld, newWorld } from "#server/domain/demo/world.ts";
import { silentDoorbell } from "#server/queue/doorbell.ts";
import { seedShop } from "#server/usecases/setup/seed-shop.ts";
import { incidentDesk } from "../../../scripts/demo/incident-desk.ts";
import { liveOn } from "../../../scripts/demo/live-day.ts";
import { setClock } from "../../../scripts/demo/make-history.ts";
import { publicApi } from "../../../scripts/demo/public-api.ts";
import { runWorkers } from "../../../scripts/demo/road.ts";
import { API_KEY, type GatewayUnderTest, startGateway, WRITE_KEY } from "../gateway/gateway-under-test.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
// noon in Europe, so that most of its customers are awake
const start = Date.parse("2026-03-04T11:00:00Z");
const clock = setClock(start);

let gateway: GatewayUnderTest;
let deps: Deps;
const truth: TruthRecord[] = [];
let saved: DemoWorld | null = null;
let told = 0;
const lines: string[] = [];

async function count(text: string): Promise<number> {
  const { rows } = await gateway.database.pool.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${text}`);
  return rows[0]?.count ?? 0;
}

beforeAll(async () => {
  gateway = await startGateway({
    deps(base) {
      deps = createDeps({ pool: base.pool, env: base.env, queue: silentDoorbell, clock });
      return deps;
    },
  });
  await seedShop(deps, { hashPassword: async () => "no password signs in" });
  const world = newWorld(shopModel, { seed: "live", size: 200, from: start - DAY, to: start });
  const abort = new AbortController();
  await liveOn({
    model: shopModel,
    world,
    pace: 400,
    sender: {
      url: gateway.url,
      writeKey: WRITE_KEY,
      signal: abort.signal,
      now: clock.now,
      // time goes on, and with it the workers
      async pause(ms) {
        clock.set(clock.now() + ms);
        await runWorkers(deps);
        if (clock.now() >= start + 26 * MINUTE) abort.abort();
      },
      onWait: (reason) => {
        throw new Error(reason);
      },
    },
    api: publicApi({ url: gateway.url, apiKey: API_KEY, signal: abort.signal, now: clock.now }),
    incidents: incidentDesk(deps, { onChange: (line) => lines.push(line) }),
    file: {
      load: async () => saved,
      save: async (one) => {
        saved = one;
      },
      appendTruth: async (records) => void truth.push(...records),
      remove: async () => {},
    },
    now: clock.now,
    onStep({ events }) {
      told += events;
    },
  });
}, 120_000);
afterAll(() => gateway.close());

describe("a company that lives on through the public API", () => {
  test("tells every event once, and what it missed as history", async () => {
    expect(told).toBeGreaterThan(200);
    expect(await count("events")).toBe(told);
    expect(await count("events WHERE historical")).toBeGreaterThan(50);
    expect(await count(`enrollment WHERE entered_at < to_timestamp(${start / 1000 - 3600})`)).toBe(0);
  });

  test("an incident opens, holds help at the checkout, and is resolved", async () => {
    expect(lines).toHaveLength(2);
    expect(await count("incident WHERE status = 'resolved'")).toBe(1);
    expect(await count("decision WHERE journey_key = 'checkout_help' AND verdict = 'HOLD'")).toBeGreaterThan(0);
    const during = `decided_at BETWEEN to_timestamp(${start / 1000 + 185}) AND to_timestamp(${start / 1000 + 480})`;
    expect(await count(`decision WHERE journey_key = 'checkout_help' AND verdict = 'SEND' AND ${during}`)).toBe(0);
    expect(await count("send_ledger WHERE journey_key = 'checkout_help' AND state IN ('sent', 'delivered')")).toBeGreaterThan(0);
  });

  test("what reached customers is asked of the API, and decides what they do", () => {
    expect(truth.some((record) => record.helped)).toBe(true);
    expect(truth.some((record) => !record.helped)).toBe(true);
  });

  test("receipts are reported as the provider's, signed, and count once", async () => {
    const sent = await gateway.database.pool.query<{ id: string }>("SELECT id FROM send_ledger WHERE state = 'sent' LIMIT 2");
    const receipts = sent.rows.map(({ id }) => ({ at: clock.now(), messageId: id, kind: "clicked" as const }));
    expect(receipts).toHaveLength(2);
    const before = await count("message_receipt");
    const api = publicApi({ url: gateway.url, apiKey: API_KEY, signal: new AbortController().signal, now: clock.now });
    await api.report(receipts);
    await api.report(receipts);
    expect(await count("message_receipt")).toBe(before + 2);
    expect(await count("send_ledger WHERE clicked_at IS NOT NULL")).toBe(2);
  });

  test("the world is kept as it was left", () => {
    expect(saved?.pace).toBe(1);
    expect(saved?.now).toBeGreaterThan(start + 25 * MINUTE);
  });
});
