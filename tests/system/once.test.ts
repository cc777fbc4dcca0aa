import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Installation, openInstallation } from "../support/installation.ts";
import { HELP_NEEDED } from "../support/installation-definitions.ts";
import { brokenPromises } from "../support/invariants.ts";
import { queueKinds } from "../support/queue-store.ts";
import { identify, sendAll, track } from "../support/traffic.ts";

/** Every point of the worker's road from the event to the end of the journey. */
const crashPoints = [
  "process.claimed",
  "process.loaded",
  "process.persisted",
  "process.committed",
  "gate.loaded",
  "gate.before-commit",
  "gate.committed",
  "deliver.before-call",
  "deliver.after-accept",
  "deliver.before-result",
  "wake.taken",
  "wake.persisted",
  "wake.committed",
] as const;
const CUSTOMERS_PER_CRASH = 15;
/** All leases of a dead worker have run out by then. */
const AFTER_LEASES_MS = 61_000;

describe.each(queueKinds)("one message per step with the queue on %s", (queue) => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await openInstallation(queue);
    await installation.startGateway();
  }, 60_000);
  afterAll(() => installation.close(), 30_000);

  test("reaches each customer at most once, and what is uncertain is named, wherever workers die", { timeout: 150_000 }, async () => {
    const cut = new Set<string>();
    const customers: string[] = [];
    for (const crashAt of crashPoints) {
      const users = Array.from({ length: CUSTOMERS_PER_CRASH }, (_, index) => `${crashAt.replace(".", "-")}-${index}`);
      customers.push(...users);
      await sendAll(installation.url, [...users.map(identify), ...users.map((user) => track(user, HELP_NEEDED, `help-${user}`))]);
      const worker = await installation.startWorker({ crashAt });
      expect(await worker.ended, `a worker told to die at ${crashAt}`).toBe("SIGKILL");
      // A call that had begun and has no result: nobody can know.
      const begun = await installation.rows<{ id: string }>("SELECT id FROM send_ledger WHERE state = 'sending' AND attempts > 0");
      for (const { id } of begun) cut.add(id);
    }
    expect(cut.size).toBeGreaterThan(2 * CUSTOMERS_PER_CRASH);

    await installation.wipeQueue();
    for (let index = 0; index < 2; index += 1) await installation.startWorker({ aheadMs: AFTER_LEASES_MS });
    await vi.waitFor(
      async () => {
        expect(await installation.count("event_pending")).toBe(0);
        expect(await installation.count("enrollment WHERE status = 'active'")).toBe(0);
      },
      { timeout: 60_000, interval: 100 },
    );

    const messages = await installation.rows<{ id: string; user_id: string; state: string }>(
      `SELECT l.id, c.user_id, l.state FROM send_ledger l JOIN customer c ON c.id = l.customer_id WHERE l.state <> 'cancelled'`,
    );
    expect(messages.map((message) => message.user_id).sort()).toEqual(customers.toSorted());
    expect(new Set(messages.filter(({ state }) => state === "unknown").map(({ id }) => id))).toEqual(cut);
    expect(messages.filter(({ state }) => state === "sent").length).toBe(customers.length - cut.size);
    expect(await installation.count("enrollment")).toBe(customers.length);
    expect(await brokenPromises(installation, { resting: true })).toEqual([]);
  });
});
