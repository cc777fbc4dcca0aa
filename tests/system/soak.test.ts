import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { AppError } from "#server/errors.ts";
import { mergeCustomers } from "#server/usecases/customers/merge-customers.ts";
import { signLink } from "#server/usecases/links/links.ts";
import { updatePreferences } from "#server/usecases/preferences/update-preferences.ts";
import { pauseSending, resumeSending } from "#server/usecases/sending/pause.ts";
import { type Installation, openInstallation } from "../support/installation.ts";
import { HELP_NEEDED, ORDER_COMPLETED } from "../support/installation-definitions.ts";
import { brokenPromises } from "../support/invariants.ts";
import { identify, sendAll, sendBatch, track } from "../support/traffic.ts";

const SOAK_MS = 20_000;
const CUSTOMERS = 60;
const by = { kind: "user", id: "cleo", ip: null } as const;

describe("everything at once on the same few customers", () => {
  let installation: Installation;
  const users = Array.from({ length: CUSTOMERS }, (_, index) => `crowd-${index}`);

  beforeAll(async () => {
    installation = await openInstallation("postgres");
    await installation.startGateway();
    const busy = { providerDelayMs: 10, providerConcurrency: 40 };
    await Promise.all([installation.startWorker(busy), installation.startWorker(busy)]);
    await sendAll(installation.url, users.map(identify));
    await vi.waitFor(async () => expect(await installation.count("event_pending")).toBe(0), { timeout: 30_000, interval: 100 });
  }, 90_000);
  afterAll(() => installation.close(), 30_000);

  async function customerId(userId: string): Promise<string> {
    const [row] = await installation.rows<{ id: string }>("SELECT id FROM customer WHERE user_id = $1", [userId]);
    return row?.id ?? "";
  }

  /** The POST of a mail program, and the status of the reply. */
  async function oneClick(id: string): Promise<number> {
    const claims = { purpose: "unsubscribe" as const, customerId: id, messageId: null, exp: Date.now() + 60_000 };
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const address = `${installation.url}/u/${signLink(installation.deps, claims)}`;
    return (await fetch(address, { method: "POST", headers, body: "List-Unsubscribe=One-Click" })).status;
  }

  test("an opt-out that meets a merge holds for whoever the customer is then", { timeout: 60_000 }, async () => {
    for (let pair = 0; pair < 30; pair += 1) {
      const [from = "", into = ""] = [`joined-${2 * pair}`, `joined-${2 * pair + 1}`];
      await sendAll(installation.url, [identify(from), identify(into)]);
    }
    await vi.waitFor(async () => expect(await installation.count("event_pending")).toBe(0), { timeout: 30_000, interval: 50 });
    for (let pair = 0; pair < 30; pair += 1) {
      const from = await customerId(`joined-${2 * pair}`);
      const into = await customerId(`joined-${2 * pair + 1}`);
      const merged = mergeCustomers(installation.deps, { from, into }, by);
      const statuses = await Promise.all([1, 2, 3, 4].map(() => oneClick(from)));
      await merged;
      expect(statuses).toEqual([200, 200, 200, 200]);
      const entries = await installation.deps.data.consent.listFor(installation.pool, [into]);
      expect(entries.some((entry) => entry.purpose === "proactive_help" && entry.state === "withdrawn")).toBe(true);
    }
  });

  test("lets no deadlock reach anybody and breaks no promise", { timeout: 120_000 }, async () => {
    const until = Date.now() + SOAK_MS;
    const isOver = () => Date.now() > until;
    const done = { events: 0, optOuts: 0, merges: 0, aliases: 0, pauses: 0, preferences: 0 };
    const pick = (index: number) => users[index % CUSTOMERS] ?? "";

    /** Events of everybody in ever another order, many customers in each batch. */
    async function tell(name: string, stride: number): Promise<void> {
      for (let from = 0; !isOver(); from += 30) {
        const batch = Array.from({ length: 30 }, (_, index) => {
          const at = from + index;
          const event = at % 3 === 0 ? HELP_NEEDED : ORDER_COMPLETED;
          return track(pick(at * stride), event, `${name}-${at}`, { order_id: `${name}-${at}`, total: 5, currency: "EUR" });
        });
        await sendBatch(installation.url, batch);
        done.events += batch.length;
        await vi.waitUntil(async () => isOver() || (await installation.count("event_pending")) < 300, { timeout: 30_000, interval: 10 });
      }
    }
    async function optOut(): Promise<void> {
      // a quarter of them: the others go on being helped
      for (let index = 0; !isOver(); index = (index + 7) % (CUSTOMERS / 4)) {
        expect(await oneClick(await customerId(pick(index)))).toBe(200);
        done.optOuts += 1;
      }
    }
    /** A person merges neighbours both ways round; the server's alias does the same with others. */
    async function merge(): Promise<void> {
      for (let index = 0; !isOver(); index += 1) {
        const pair = [pick(index * 2), pick(index * 2 + 1)];
        if (index % 2 === 1) pair.reverse();
        const [previousId = "", userId = ""] = pair;
        if (index % 3 === 0) {
          await sendBatch(installation.url, [{ messageId: `alias-${index}`, type: "alias", userId, previousId }]);
          done.aliases += 1;
          continue;
        }
        try {
          await mergeCustomers(installation.deps, { from: await customerId(previousId), into: await customerId(userId) }, by);
          done.merges += 1;
        } catch (error) {
          // merged before by somebody else: said so, nothing done
          if (!(error instanceof AppError && error.code === "conflict")) throw error;
        }
      }
    }
    async function pauseAndResume(): Promise<void> {
      while (!isOver()) {
        const decided = await installation.count("decision");
        await vi.waitUntil(async () => isOver() || (await installation.count("decision")) > decided + 100, {
          timeout: 30_000,
          interval: 20,
        });
        await pauseSending(installation.deps, { reason: "soak", by });
        await resumeSending(installation.deps, { by });
        done.pauses += 1;
      }
    }
    async function choose(): Promise<void> {
      for (let index = 0; !isOver(); index += 11) {
        // off in one round, on again in the next
        const helpOff = Math.floor(index / CUSTOMERS) % 2 === 0;
        await updatePreferences(installation.deps, { customerId: await customerId(pick(index)), change: { helpOff } });
        done.preferences += 1;
      }
    }
    await Promise.all([tell("a", 7), tell("b", 13), optOut(), merge(), pauseAndResume(), choose()]);
    for (const [what, count] of Object.entries(done)) expect(count, what).toBeGreaterThan(1);

    await vi.waitFor(async () => expect(await brokenPromises(installation, { resting: true })).toEqual([]), {
      timeout: 60_000,
      interval: 500,
    });
    expect(installation.workerOutput()).not.toMatch(/deadlock|40P01/);
    expect(installation.accepted().length).toBeGreaterThan(20);
    const [hits] = await installation.rows<{ hits: number }>(
      "SELECT sum((state -> 'signals' -> 'orders_seen' ->> 'hits')::int)::int AS hits FROM customer_state",
    );
    expect(hits?.hits).toBe(await installation.count(`events WHERE name = '${ORDER_COMPLETED}'`));
  });
});
