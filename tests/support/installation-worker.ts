import { createInbox } from "#server/channels/in-app.ts";
import { registryOf } from "#server/channels/registry.ts";
import { readEnv } from "#server/config/env.ts";
import { createDeps } from "#server/deps.ts";
import { openDeps } from "#server/open-deps.ts";
import { laneNames } from "#server/queue/lanes.ts";
import { createLogger } from "#server/telemetry/log.ts";
import { startRuntime } from "../../workers/runtime.ts";
import { createOracleProvider } from "./provider-oracle.ts";

/**
 * A worker as `workers/main.ts` runs it, whose mail goes to the oracle. Its clock may go ahead of the machine's, so that what a dead
 * worker has leased can be taken over without waiting for the lease to run out.
 */
const log = createLogger("worker");
const env = readEnv();
const opened = openDeps({ env, name: `tact worker ${process.pid}`, onError: (what, error) => log.warn({ err: error }, what) });
const given = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const aheadMs = given("TEST_CLOCK_AHEAD_MS", 0);
const provider = createOracleProvider({
  file: process.env["TEST_ORACLE_FILE"] ?? "",
  delayMs: given("TEST_PROVIDER_DELAY_MS", 0),
  concurrency: given("TEST_PROVIDER_CONCURRENCY", 200),
});
const deps = createDeps({
  env,
  pool: opened.deps.pool,
  queue: opened.deps.queue,
  clock: { now: () => Date.now() + aheadMs },
  channels: registryOf([createInbox("in_app"), provider]),
});
const runtime = startRuntime({ deps, connection: opened.connection, lanes: laneNames, log });

async function stop(): Promise<void> {
  await runtime.stop();
  await opened.close();
  process.exit(0);
}
process.once("SIGTERM", () => void stop());
process.once("disconnect", () => process.exit(1));
process.on("unhandledRejection", (error) => log.error({ err: error }, "an error was not caught"));
process.send?.({ kind: "working" });
