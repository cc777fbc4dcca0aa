import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { batchOf, CUSTOMERS, identifyEvent } from "./events.ts";
import { openClient } from "./http-load.ts";
import type { GatewayProcess, Stand, WorkerProcess } from "./stand.ts";
import { publishWorld } from "./world.ts";

const BATCH = 100;

/** Posts events in batches of 100 over a few connections; resolves when all are stored. */
export async function postAll(port: number, count: number, event: (index: number) => string, connections = 4): Promise<void> {
  const client = openClient(port, connections);
  let next = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (next < count) {
        const from = next;
        next += BATCH;
        const size = Math.min(BATCH, count - from);
        await client.post("/v1/batch", batchOf(Array.from({ length: size }, (_, index) => event(from + index))));
      }
    }),
  );
  client.close();
}

/** Resolves once no event waits to be processed. */
export async function untilProcessed(pool: pg.Pool): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ waiting: boolean }>("SELECT EXISTS (SELECT 1 FROM event_pending) AS waiting");
    if (rows[0]?.waiting === false) return;
    await delay(10);
  }
}

/** The whole world: definitions live, 10,000 customers with an address, a gateway, and a worker that rests. */
export async function openWorld(
  stand: Stand,
  env: Record<string, string> = {},
): Promise<{ gateway: GatewayProcess; worker: WorkerProcess }> {
  await publishWorld(stand.deps);
  const [gateway, worker] = [await stand.startGateway(), await stand.startWorker(env)];
  await worker.work();
  await postAll(gateway.port, CUSTOMERS, identifyEvent);
  await untilProcessed(stand.pool);
  await worker.rest();
  await stand.pool.query("VACUUM ANALYZE");
  return { gateway, worker };
}
