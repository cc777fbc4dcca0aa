import { Analytics } from "@segment/analytics-node";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Installation, openInstallation, WRITE_KEY } from "../support/installation.ts";
import { ORDER_COMPLETED } from "../support/installation-definitions.ts";
import { brokenPromises } from "../support/invariants.ts";
import type { ManagedProcess } from "../support/managed-process.ts";
import { queueKinds } from "../support/queue-store.ts";
import { type SentEvent, track, tryBatch } from "../support/traffic.ts";

const SENDERS = 3;
const BATCH = 40;
const CUSTOMERS = 150;
/** Something dies each time that many more events were acknowledged; meanwhile at most twice as many come in. */
const FAULT_EVERY = 240;

/** Three events of four are orders, each with an order of its own. */
function nthEvent(sender: string, index: number): SentEvent {
  const name = index % 4 === 0 ? "Product Viewed" : ORDER_COMPLETED;
  const properties = { order_id: `order-${sender}-${index}`, total: 10, currency: "EUR" };
  return track(`user-${index % CUSTOMERS}`, name, `${sender}-${index}`, properties);
}

describe.each(queueKinds)("events taken in with the queue on %s", (queue) => {
  let installation: Installation;
  let gateway: ManagedProcess;
  let workers: ManagedProcess[];

  beforeAll(async () => {
    installation = await openInstallation(queue);
    gateway = await installation.startGateway();
    workers = [await installation.startWorker(), await installation.startWorker()];
  }, 60_000);
  afterAll(() => installation.close(), 30_000);

  async function restartGateway(): Promise<void> {
    await gateway.kill();
    gateway = await installation.startGateway();
  }
  /** Dies between the commit and the answer: the sender cannot know, and sends again. */
  async function gatewayThatDiesAfterCommit(): Promise<void> {
    await gateway.kill();
    gateway = await installation.startGateway({ crashAt: "after-events-commit" });
    await gateway.ended;
    gateway = await installation.startGateway();
  }
  async function killWorkers(): Promise<void> {
    await Promise.all(workers.map((worker) => worker.kill()));
    workers = [];
  }
  async function startWorkers(): Promise<void> {
    workers = [await installation.startWorker(), await installation.startWorker()];
  }
  async function crashDatabase(): Promise<void> {
    await installation.database.crash();
    await installation.database.start();
  }

  test("are each kept and counted once, while everything is killed, crashed and wiped", { timeout: 150_000 }, async () => {
    const acknowledged = new Set<string>();
    let enough = FAULT_EVERY;
    let done = false;

    /** Repeats a batch until it is acknowledged, and every fifth once more after that. */
    async function sender(name: string): Promise<void> {
      for (let from = 0; !done; from += BATCH) {
        await vi.waitUntil(() => acknowledged.size < enough + FAULT_EVERY || done, { timeout: 60_000, interval: 5 });
        const batch = Array.from({ length: BATCH }, (_, index) => nthEvent(name, from + index));
        const ids = await vi.waitUntil(() => tryBatch(installation.url, batch), { timeout: 30_000, interval: 25 });
        for (const id of ids) acknowledged.add(id);
        if (from % (5 * BATCH) === 0) await tryBatch(installation.url, batch);
      }
    }
    const refused: unknown[] = [];
    /** The official client; what it was told is stored, it calls back for. */
    async function client(): Promise<void> {
      const analytics = new Analytics({
        writeKey: WRITE_KEY,
        host: installation.url,
        path: "/v1/batch",
        flushAt: 10,
        flushInterval: 50,
        maxRetries: 100,
      });
      let index = 0;
      function trackNext(): boolean {
        const { messageId, userId, event = "", properties = {} } = nthEvent("client", index);
        analytics.track({ messageId, userId, event, properties }, (error) => {
          if (error === undefined) acknowledged.add(messageId);
          else if (!done) refused.push(error);
        });
        index += 1;
        return done;
      }
      await vi.waitUntil(trackNext, { timeout: 100_000, interval: 10 });
      // It waits ever longer between its tries; what is not acknowledged by then was promised to nobody.
      await analytics.closeAndFlush({ timeout: 5_000 });
    }

    async function faults(): Promise<void> {
      const wipe = () => installation.wipeQueue();
      const sequence = [
        restartGateway,
        wipe,
        gatewayThatDiesAfterCommit,
        killWorkers,
        restartGateway,
        crashDatabase,
        startWorkers,
        wipe,
        restartGateway,
        crashDatabase,
        restartGateway,
        killWorkers,
        wipe,
      ];
      for (const fault of sequence) {
        enough = acknowledged.size + FAULT_EVERY;
        await vi.waitUntil(() => acknowledged.size >= enough, { timeout: 30_000, interval: 5 });
        await fault();
      }
      done = true;
    }
    const senders = Array.from({ length: SENDERS }, (_, index) => sender(`sender${index}`));
    await Promise.all([...senders, client(), faults()]);
    expect(refused).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(3_000);
    expect([...acknowledged].filter((id) => id.startsWith("client")).length).toBeGreaterThan(100);

    // The workers that come next find the leases of the dead run out.
    for (let index = 0; index < 2; index += 1) await installation.startWorker({ aheadMs: 61_000 });
    await vi.waitFor(async () => expect(await installation.count("event_pending")).toBe(0), { timeout: 60_000, interval: 100 });

    const stored = await installation.rows<{ id: string; name: string; times: number; order_id: string }>(
      `SELECT payload ->> 'messageId' AS id, min(name) AS name, count(*)::int AS times, min(payload -> 'properties' ->> 'order_id') AS order_id
       FROM events GROUP BY 1`,
    );
    const times = new Map(stored.map((row) => [row.id, row.times]));
    expect([...acknowledged].filter((id) => times.get(id) !== 1)).toEqual([]);
    expect(stored.filter((row) => row.times !== 1)).toEqual([]);

    // What was derived, counted both ways: by a key of its own, and by adding up.
    const orders = new Set(stored.filter((row) => row.name === ORDER_COMPLETED).map((row) => row.order_id));
    const recorded = await installation.rows<{ order_id: string }>("SELECT order_id FROM order_record");
    expect(recorded.length).toBe(orders.size);
    expect(new Set(recorded.map((row) => row.order_id))).toEqual(orders);
    const [hits] = await installation.rows<{ hits: number }>(
      "SELECT sum((state -> 'signals' -> 'orders_seen' ->> 'hits')::int)::int AS hits FROM customer_state",
    );
    expect(hits?.hits).toBe(orders.size);
    await vi.waitFor(async () => expect(await brokenPromises(installation, { resting: true })).toEqual([]), {
      timeout: 10_000,
      interval: 500,
    });
  });
});
