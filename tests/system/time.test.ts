import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freezeOutsideTransactions } from "../support/freeze.ts";
import { type Installation, openInstallation } from "../support/installation.ts";
import { HELP_NEEDED, REMINDER_WANTED } from "../support/installation-definitions.ts";
import { brokenPromises } from "../support/invariants.ts";
import { queueKinds } from "../support/queue-store.ts";
import { identify, sendAll, track } from "../support/traffic.ts";

const WAITS = 1_000;
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

describe.each(queueKinds)("time with the queue on %s", (queue) => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await openInstallation(queue);
    await installation.startGateway();
  }, 60_000);
  afterAll(() => installation.close(), 30_000);

  test("passes for everybody who waits when the queue is wiped and every worker is replaced", { timeout: 120_000 }, async () => {
    const workers = [await installation.startWorker(), await installation.startWorker()];
    const users = names("waiting", WAITS);
    await sendAll(installation.url, [...users.map(identify), ...users.map((user) => track(user, REMINDER_WANTED, `wait-${user}`))], 500);
    const due = new Map<string, number>();
    await vi.waitFor(
      async () => {
        const timers = await installation.rows<{ customer_id: string; due_at: Date }>(
          "SELECT customer_id, due_at FROM timer WHERE kind = 'journey_wait'",
        );
        for (const { customer_id, due_at } of timers) due.set(customer_id, due_at.getTime());
        expect(due.size).toBe(WAITS);
      },
      { timeout: 60_000, interval: 100 },
    );
    await Promise.all(workers.map((worker) => worker.kill()));
    await installation.wipeQueue();
    for (let index = 0; index < 2; index += 1) await installation.startWorker();
    await installation.wipeQueue();

    await vi.waitFor(() => expect(installation.accepted().length).toBe(WAITS), { timeout: 60_000, interval: 100 });
    const late = installation.accepted().map(({ customerId, at }) => at - (due.get(customerId) ?? 0));
    expect(late.filter((ms) => ms < 0)).toEqual([]);
    expect(Math.max(...late)).toBeLessThan(30_000);
    await vi.waitFor(async () => expect(await brokenPromises(installation, { resting: true })).toEqual([]), {
      timeout: 10_000,
      interval: 200,
    });
  });
});

describe("a worker that stands still", () => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await openInstallation("postgres");
    await installation.startGateway();
  }, 60_000);
  afterAll(() => installation.close(), 30_000);

  test("past its lease is replaced by another, and does nothing twice when it goes on", { timeout: 120_000 }, async () => {
    const users = names("customer", 150);
    const slow = await installation.startWorker({ providerDelayMs: 100, providerConcurrency: 8 });
    await sendAll(installation.url, [...users.map(identify), ...users.map((user) => track(user, HELP_NEEDED, `help-${user}`))]);
    // It has handed over some, has calls under way, and holds many more that it has decided.
    await vi.waitFor(async () => expect(await installation.count("send_ledger WHERE state = 'sent'")).toBeGreaterThan(10), {
      timeout: 30_000,
      interval: 10,
    });
    await freezeOutsideTransactions(installation, slow);
    const held = await installation.count("send_ledger WHERE state = 'sending' AND attempts = 0");
    expect(held).toBeGreaterThan(20);
    const reachedBefore = installation.accepted().length;

    await installation.startWorker({ aheadMs: 61_000 });
    await vi.waitFor(
      async () => {
        expect(await installation.count("event_pending")).toBe(0);
        expect(await installation.count("enrollment WHERE status = 'active'")).toBe(0);
      },
      { timeout: 60_000, interval: 100 },
    );
    const reachedByOther = installation.accepted().length;
    expect(reachedByOther).toBeGreaterThanOrEqual(reachedBefore + held);

    slow.thaw();
    // What it still held was taken from it: it calls nobody, and ends in order.
    expect(await slow.stop()).toBe(0);
    expect(installation.accepted().length).toBe(reachedByOther);
    const messages = await installation.rows<{ customer_id: string }>(
      "SELECT customer_id FROM send_ledger WHERE state IN ('sent', 'unknown')",
    );
    expect(messages.length).toBe(users.length);
    expect(new Set(messages.map((message) => message.customer_id)).size).toBe(users.length);
    expect(await brokenPromises(installation, { resting: true })).toEqual([]);
  });
});
