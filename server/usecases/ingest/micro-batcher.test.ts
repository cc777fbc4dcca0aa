import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMicroBatcher } from "./micro-batcher.ts";

type Flush = { items: readonly number[]; finish(): void; fail(error: Error): void };

/** A store whose flushes end when the test says so. */
function heldStore(more: { maxItems?: number; maxInFlight?: number; maxQueued?: number; timeoutMs?: number } = {}) {
  const flushes: Flush[] = [];
  const batcher = createMicroBatcher<number, string>({
    maxItems: 10,
    maxInFlight: 2,
    gatherMs: 1,
    maxQueued: 100,
    timeoutMs: 5_000,
    ...more,
    flush: (items) =>
      new Promise((resolve, reject) => {
        flushes.push({ items, finish: () => resolve(items.map((item) => `stored ${item}`)), fail: reject });
      }),
  });
  return { batcher, flushes };
}

describe("the micro-batcher", () => {
  test("gives every submission its own results, in order, whatever the sizes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.integer(), { maxLength: 12 }), { maxLength: 20 }), async (submissions) => {
        const sizes: number[] = [];
        const batcher = createMicroBatcher<number, string>({
          maxItems: 10,
          maxInFlight: 2,
          gatherMs: 0,
          maxQueued: 10_000,
          timeoutMs: 5_000,
          flush: async (items) => {
            sizes.push(items.length);
            return items.map((item) => `stored ${item}`);
          },
        });
        const results = await Promise.all(submissions.map((items) => batcher.submit(items)));
        expect(results).toEqual(submissions.map((items) => items.map((item) => `stored ${item}`)));
        // a flush is over the limit only when one submission alone is
        for (const size of sizes) expect(size <= 10 || submissions.some((items) => items.length === size)).toBe(true);
        await batcher.idle();
        expect(batcher.queued()).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  test("what comes while a flush is under way shares the next one", async () => {
    const { batcher, flushes } = heldStore({ maxInFlight: 1 });
    const first = batcher.submit([1]);
    await expect.poll(() => flushes.length).toBe(1);
    const rest = Promise.all([batcher.submit([2]), batcher.submit([3]), batcher.submit([4, 5])]);
    flushes[0]?.finish();
    await first;
    await expect.poll(() => flushes.length).toBe(2);
    expect(flushes[1]?.items).toEqual([2, 3, 4, 5]);
    flushes[1]?.finish();
    expect(await rest).toEqual([["stored 2"], ["stored 3"], ["stored 4", "stored 5"]]);
  });

  test("never has more flushes under way than allowed", async () => {
    const { batcher, flushes } = heldStore({ maxItems: 1, maxInFlight: 2 });
    const all = Promise.all([1, 2, 3, 4].map((item) => batcher.submit([item])));
    await expect.poll(() => flushes.length).toBe(2);
    flushes[0]?.finish();
    await expect.poll(() => flushes.length).toBe(3);
    flushes[1]?.finish();
    flushes[2]?.finish();
    await expect.poll(() => flushes.length).toBe(4);
    flushes[3]?.finish();
    await all;
  });

  test("refuses more than it may hold, and tells when to come again", async () => {
    const { batcher, flushes } = heldStore({ maxInFlight: 1, maxQueued: 3 });
    const begun = batcher.submit([0]);
    await expect.poll(() => flushes.length).toBe(1);
    const waiting = batcher.submit([1, 2, 3]);
    await expect(batcher.submit([4])).rejects.toMatchObject({ code: "overloaded", retryAfterSeconds: 1 });
    flushes[0]?.finish();
    await begun;
    await expect.poll(() => flushes.length).toBe(2);
    flushes[1]?.finish();
    await waiting;
  });

  test("a submission that waits too long fails, is never stored later, and leaves room for others", async () => {
    const { batcher, flushes } = heldStore({ maxInFlight: 1, timeoutMs: 40 });
    const stuck = expect(batcher.submit([1])).rejects.toMatchObject({ code: "unavailable" });
    await expect.poll(() => flushes.length, { interval: 1 }).toBe(1);
    const late = expect(batcher.submit([2])).rejects.toMatchObject({ code: "unavailable" });
    await Promise.all([stuck, late]);
    expect(batcher.queued()).toBe(0);
    flushes[0]?.finish();
    await batcher.idle();
    expect(flushes).toHaveLength(1);
  });

  test("a failed flush fails its own submissions only", async () => {
    const { batcher, flushes } = heldStore({ maxItems: 1 });
    const first = batcher.submit([1]);
    const second = batcher.submit([2]);
    await expect.poll(() => flushes.length).toBe(2);
    flushes[0]?.fail(new Error("disk full"));
    flushes[1]?.finish();
    await expect(first).rejects.toThrow("disk full");
    expect(await second).toEqual(["stored 2"]);
  });
});
