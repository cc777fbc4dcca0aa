import { readEnv } from "../server/config/env.ts";
import { buildGateway } from "../server/gateway/app.ts";
import { openDeps } from "../server/open-deps.ts";
import { provisionDefaultSources } from "../server/usecases/ingest/provision-sources.ts";

/** The gateway of a benchmark: alone, its doorbell not connected, since no worker listens. */
const env = readEnv();
const onError = (what: string, error: unknown): void => void process.stderr.write(`${what}: ${String(error)}\n`);
const { deps, close } = openDeps({ env, name: "tact bench", onError });
const quiet = { ...deps, env, channels: deps.channels, queue: { ring: () => {}, close: async () => {} } };
await provisionDefaultSources(quiet, { writeKey: process.env.TACT_BENCH_WRITE_KEY });
const app = buildGateway(quiet, { publicUrl: env.url, nextPort: null, onError });
await app.listen({ port: env.port, host: "127.0.0.1" });
process.send?.("ready");
process.once("SIGTERM", async () => {
  await app.close();
  await close();
  process.disconnect?.();
});
