import { spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { processEvents } from "#server/usecases/pipeline/process-events.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";
import { drainAll, recover, troubleStory, wipe } from "../../support/pipeline-story.ts";
import { catalogOf, endState, type PipelineWorld, pipelineWorld } from "../../support/pipeline-world.ts";

let database: TestDatabase;
let expected: unknown;
beforeAll(async () => {
  database = await testDatabase();
  const world = await freshWorld();
  await drainAll(world.deps);
  expected = await endState(world);
});
afterAll(() => database.close());

async function freshWorld(): Promise<PipelineWorld> {
  await wipe(database.pool);
  const world = await pipelineWorld(database.pool, catalogOf({}));
  await world.tell(...troubleStory(world.clock.at));
  return world;
}

/** Runs a worker that kills itself at `point`; answers the signal that ended it. */
function runWorker(world: PipelineWorld, point: string): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, ["--import", "tsx", "tests/support/pipeline-child.ts"], {
    env: {
      ...process.env,
      NODE_ENV: "test",
      TACT_CRASH_AT: point,
      TEST_DATABASE: database.url,
      TEST_NOW: String(world.clock.at),
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (_code, signal) => resolve(signal));
  });
}

describe("a worker killed with -9", () => {
  it.each(["process.claimed", "process.loaded", "process.persisted", "process.committed"])(
    "at %s leaves an end state as if it had lived",
    async (point) => {
      const world = await freshWorld();
      expect(await runWorker(world, point)).toBe("SIGKILL");
      await recover(world);
      expect(await endState(world)).toEqual(expected);
      expect(await world.rows("SELECT * FROM event_pending")).toEqual([]);
      expect(await world.rows("SELECT * FROM event_quarantine")).toEqual([]);
    },
  );

  it("every time at the same event puts that event aside in the end, and nobody else's", async () => {
    const world = await freshWorld();
    const poison = (await world.rows<{ id: string }>("SELECT id FROM events WHERE payload->>'messageId' = '3-fail'"))[0]?.id ?? "";
    // What a crash leaves behind, without the crash: the claim of a worker that is gone.
    world.deps.crashpoint = (name) => {
      if (name === "process.loaded") throw new Error("killed");
    };
    const { pending } = world.deps.data;
    for (let tries = 0; tries < 5; tries += 1) {
      const claim = { id: world.deps.newId(), limit: 500, now: world.clock.at, leaseUntil: world.clock.at + 1, suspects: tries > 0 };
      const claimed = await pending.claimEvents(database.pool, claim);
      expect(claimed.includes(poison)).toBe(true);
      world.deps.crashpoint = () => {};
      world.clock.at += 1_000;
      await pending.recoverClaims(database.pool, world.clock.at);
      // The healthy ones of the next, smaller group are taken by other workers meanwhile.
      for (let others = 0; others < 3; others += 1) await drainAllBut(world, poison);
    }
    await recover(world);
    expect(await world.rows("SELECT event_id, attempts FROM event_quarantine")).toEqual([{ event_id: poison, attempts: 5 }]);
    expect(await world.rows("SELECT * FROM event_pending")).toEqual([]);
    expect(await world.rows("SELECT count(*)::int AS n FROM customer WHERE merged_into IS NULL")).toEqual([{ n: 12 }]);
  });
});

/** Processes everything but the poison, which another worker holds. */
async function drainAllBut(world: PipelineWorld, poison: string): Promise<void> {
  const holder = await database.pool.connect();
  try {
    await holder.query("BEGIN");
    await holder.query("SELECT 1 FROM event_pending WHERE event_id = $1 FOR UPDATE", [poison]);
    while ((await processEvents(world.deps)).more);
    await processEvents(world.deps, { suspects: true });
  } finally {
    await holder.query("ROLLBACK");
    holder.release();
  }
}
