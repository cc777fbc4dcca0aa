import { EnvFaults, readEnv } from "#server/config/env.ts";
import { messageOf } from "#server/errors.ts";
import { openDeps } from "#server/open-deps.ts";
import { createLogger } from "#server/telemetry/log.ts";
import { buildGateway } from "./app.ts";

/** A stop that takes longer than this is forced. */
const DRAIN_LIMIT_MS = 20_000;

const log = createLogger("gateway");

async function main(): Promise<void> {
  const env = readEnv();
  const onError = (what: string, error: unknown): void => log.warn({ err: error }, what);
  const { deps, close } = openDeps({ env, name: "tact gateway", onError });
  const app = buildGateway(deps, { publicUrl: env.url, nextPort: env.nextPort, onError });

  let stopping = false;
  const stop = async (reason: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, "stopping");
    setTimeout(() => process.exit(1), DRAIN_LIMIT_MS).unref();
    await app.close();
    await close();
    // the channel to a supervisor would keep the process alive
    if (process.connected) process.disconnect?.();
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
  process.on("disconnect", () => void stop("the supervisor is gone"));

  await app.listen({ port: env.port, host: env.host });
  log.info({ port: env.port, host: env.host }, "listening");
  process.send?.({ kind: "listening", port: env.port });
}

main().catch((error: unknown) => {
  const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  const hint = taken ? " Another program uses the port: stop it, or set PORT to a free one." : "";
  if (error instanceof EnvFaults) process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`The gateway could not start: ${messageOf(error)}.${hint}\n`);
  process.exit(1);
});
