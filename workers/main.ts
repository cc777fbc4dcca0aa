import { parseArgs } from "node:util";
import { EnvFaults, readEnv } from "#server/config/env.ts";
import { messageOf } from "#server/errors.ts";
import { openDeps } from "#server/open-deps.ts";
import { type Lane, laneNames } from "#server/queue/lanes.ts";
import { createLogger } from "#server/telemetry/log.ts";
import { startRuntime } from "./runtime.ts";

/** A stop that takes longer than this is forced. */
const DRAIN_LIMIT_MS = 25_000;

const log = createLogger("worker");

/** `--lanes process,send` drains the named lanes; without it, all of them. */
function readLanes(args: readonly string[]): Lane[] {
  const { values } = parseArgs({ args: [...args], options: { lanes: { type: "string" } } });
  if (values.lanes === undefined) return laneNames;
  return values.lanes.split(",").map((name) => {
    const lane = laneNames.find((one) => one === name.trim());
    if (lane === undefined) throw new Error(`there is no lane "${name}"; the lanes are ${laneNames.join(", ")}`);
    return lane;
  });
}

async function main(): Promise<void> {
  const lanes = readLanes(process.argv.slice(2));
  const env = readEnv();
  const { deps, connection, close } = openDeps({ env, name: "tact worker", onError: (what, error) => log.warn({ err: error }, what) });
  const runtime = startRuntime({ deps, connection, lanes, log });

  let stopping = false;
  const stop = async (reason: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, "stopping: what is under way is finished");
    setTimeout(() => process.exit(1), DRAIN_LIMIT_MS).unref();
    await runtime.stop();
    await close();
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
  process.on("disconnect", () => void stop("the supervisor is gone"));
  // Nothing is lost by an error nobody caught: the rows are still there. Better to go on than to stop everybody's work.
  process.on("unhandledRejection", (error) => log.error({ err: error }, "an error was not caught"));

  log.info({ lanes }, "working");
  process.send?.({ kind: "working", lanes });
}

main().catch((error: unknown) => {
  process.stderr.write(error instanceof EnvFaults ? `${error.message}\n` : `The worker could not start: ${messageOf(error)}.\n`);
  process.exit(1);
});
