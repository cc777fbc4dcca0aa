import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { signLink } from "#server/usecases/links/links.ts";
import { pauseSending, resumeSending } from "#server/usecases/sending/pause.ts";
import { freezeOutsideTransactions } from "../support/freeze.ts";
import { type Installation, openInstallation } from "../support/installation.ts";
import { HELP_NEEDED } from "../support/installation-definitions.ts";
import { brokenPromises } from "../support/invariants.ts";
import type { ManagedProcess } from "../support/managed-process.ts";
import { queueKinds } from "../support/queue-store.ts";
import { identify, sendAll, sendBatch, track } from "../support/traffic.ts";

const by = { kind: "user", id: "cleo", ip: null } as const;
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
const unclaimed = "event_pending p WHERE NOT EXISTS (SELECT 1 FROM event_claim c WHERE p.event_id = ANY(c.event_ids))";
const atRest = { timeout: 60_000, interval: 200 };

describe.each(queueKinds)("with the queue on %s", (queue) => {
  let installation: Installation;
  let workers: ManagedProcess[];

  beforeAll(async () => {
    installation = await openInstallation(queue);
    await installation.startGateway();
  }, 60_000);
  afterAll(() => installation.close(), 30_000);
  beforeEach(async () => {
    const slow = { providerDelayMs: 40, providerConcurrency: 20 };
    workers = [await installation.startWorker(slow), await installation.startWorker(slow)];
    return async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
    };
  });

  async function hasEnded(journeys: number): Promise<void> {
    expect(await installation.count("event_pending")).toBe(0);
    expect(await installation.count("enrollment WHERE status = 'ended'")).toBe(journeys);
  }

  test("a pause under load lets nothing pass once it has returned, names what is in flight, and a resume doubles nothing", {
    timeout: 120_000,
  }, async () => {
    let feeding = true;
    onTestFinished(() => {
      feeding = false;
    });
    /** Somebody new needs help all the time. */
    async function feed(): Promise<number> {
      let told = 0;
      while (feeding) {
        const users = names(`paused-${told}`, 20);
        await sendBatch(installation.url, [...users.map(identify), ...users.map((user) => track(user, HELP_NEEDED, `help-${user}`))]);
        told += users.length;
        // No more than the workers can take: the pause must find sending under way, not a backlog. What the frozen one holds stays out
        // of it, or nothing more would come until it thaws.
        await vi.waitUntil(async () => !feeding || (await installation.count(unclaimed)) < 80, { timeout: 30_000, interval: 5 });
      }
      return told;
    }
    const feeder = feed();
    const reached = (count: number) => vi.waitUntil(() => installation.accepted().length >= count, { timeout: 60_000, interval: 10 });
    await reached(150);

    // One worker stands still through the pause, and the queue is lost: the truth is in neither.
    const [, frozen] = workers;
    if (frozen === undefined) throw new Error("there are two workers");
    await freezeOutsideTransactions(installation, frozen);
    await installation.wipeQueue();
    await reached(installation.accepted().length + 50);
    const result = await pauseSending(installation.deps, { reason: "payments are down", by });
    const pausedAt = Date.now();
    frozen.thaw();
    await vi.waitFor(
      async () => expect(await installation.count("candidate WHERE status = 'held' AND last_guard = 'stop'")).toBeGreaterThan(150),
      {
        timeout: 60_000,
        interval: 50,
      },
    );
    await vi.waitFor(async () => expect(await installation.count("send_ledger WHERE state = 'sending'")).toBe(0), atRest);

    const inFlight = await installation.rows<{ id: string }>("SELECT id FROM send_ledger WHERE in_flight_at_pause");
    expect(inFlight.length).toBe(result.inFlight);
    const named = new Set(inFlight.map(({ id }) => id));
    const late = installation.accepted().filter(({ at }) => at > pausedAt);
    expect(late.filter(({ messageId }) => !named.has(messageId))).toEqual([]);
    expect(late.filter(({ at }) => at > pausedAt + 15_000)).toEqual([]);
    expect(await installation.count(`send_ledger WHERE gate_epoch >= ${result.epoch}`)).toBe(0);
    expect(await brokenPromises(installation, { resting: false })).toEqual([]);

    await resumeSending(installation.deps, { by });
    await reached(installation.accepted().length + 50);
    feeding = false;
    const told = await feeder;
    await vi.waitFor(() => hasEnded(told), atRest);
    expect(installation.accepted().length).toBe(told);
    expect(await installation.count("send_ledger WHERE state = 'unknown'")).toBe(0);
    expect(await brokenPromises(installation, { resting: true })).toEqual([]);
  });

  test("no message passes once the reply to a one-click opt-out is there, however the two race", { timeout: 120_000 }, async () => {
    const users = names("leaving", 240);
    await sendAll(installation.url, users.map(identify));
    await vi.waitFor(async () => expect(await installation.count("event_pending")).toBe(0), atRest);
    const known = await installation.rows<{ id: string }>("SELECT id FROM customer WHERE user_id LIKE 'leaving-%' ORDER BY user_id");
    expect(known.length).toBe(users.length);
    const journeysBefore = await installation.count("enrollment");

    const begunBefore = new Map<string, Set<string>>();
    async function optOut(customerId: string): Promise<void> {
      const exp = Date.now() + 60_000;
      const token = signLink(installation.deps, { purpose: "unsubscribe", customerId, messageId: null, exp });
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const reply = await fetch(`${installation.url}/u/${token}`, { method: "POST", headers, body: "List-Unsubscribe=One-Click" });
      expect(reply.status).toBe(200);
      const begun = await installation.rows<{ id: string }>("SELECT id FROM send_ledger WHERE customer_id = $1 AND attempts > 0", [
        customerId,
      ]);
      begunBefore.set(customerId, new Set(begun.map(({ id }) => id)));
    }
    const helped = users.map((user) => track(user, HELP_NEEDED, `leave-${user}`));
    const sending = sendAll(installation.url, helped, 30);
    const reachedBefore = installation.accepted().length;
    await vi.waitUntil(() => installation.accepted().length > reachedBefore, { timeout: 30_000, interval: 2 });
    // In another order than they are written to, six at a time.
    const queued = known.map((_, index) => known[(index * 101) % known.length]?.id ?? "");
    const people = Array.from({ length: 6 }, async () => {
      for (let next = queued.pop(); next !== undefined; next = queued.pop()) await optOut(next);
    });
    await Promise.all([...people, sending]);
    // And once more for everybody: now there is nothing to race against.
    await sendAll(
      installation.url,
      users.map((user) => track(user, HELP_NEEDED, `again-${user}`)),
    );
    await vi.waitFor(() => hasEnded(journeysBefore + 2 * users.length), atRest);

    expect(begunBefore.size).toBe(users.length);
    const passed = installation.accepted().filter(({ customerId, messageId }) => begunBefore.get(customerId)?.has(messageId) === false);
    expect(passed).toEqual([]);
    const reached = installation.accepted().filter(({ customerId }) => begunBefore.has(customerId)).length;
    expect(reached).toBeGreaterThan(5);
    expect(reached).toBeLessThan(users.length);
    expect(await brokenPromises(installation, { resting: true })).toEqual([]);
  });
});
