import { createInbox } from "#server/channels/in-app.ts";
import { createNoop } from "#server/channels/noop.ts";
import { registryOf } from "#server/channels/registry.ts";
import { readEnv } from "#server/config/env.ts";
import { openDeps } from "#server/open-deps.ts";
import { laneNames } from "#server/queue/lanes.ts";
import { createLogger } from "#server/telemetry/log.ts";
import { type Runtime, startRuntime } from "../../workers/runtime.ts";
import { answerQuestions } from "./answer-questions.ts";
import { createTally } from "./tally.ts";

/**
 * The worker of a benchmark: the real runtime over the real queue, asked to work or to rest. Its mail provider is a no-op that tells when
 * what was handed over, unless the environment names a relay.
 */
const log = createLogger("bench worker");
const env = readEnv();
const opened = openDeps({ env, name: "tact bench worker", onError: (what, error) => log.warn({ err: error }, what) });
const tally = createTally();
const provider = createNoop({ channel: "email" });
const counting: typeof provider = {
  ...provider,
  send(message, call) {
    tally.note(message.recipient ?? "");
    return provider.send(message, call);
  },
};
const channels = env.smtpUrl === null ? registryOf([createInbox("in_page"), createInbox("in_app"), counting]) : opened.deps.channels;
const deps = { ...opened.deps, channels };
let runtime: Runtime | null = null;

answerQuestions(async ({ ask, count, each }) => {
  if (ask === "work") runtime ??= startRuntime({ deps, connection: opened.connection, lanes: laneNames, log });
  if (ask === "rest") {
    await runtime?.stop();
    runtime = null;
  }
  if (ask === "count") return tally.count();
  if (ask === "expect") return tally.expect(count ?? 0, each ?? false);
});

process.once("SIGTERM", async () => {
  await runtime?.stop();
  await deps.channels.close();
  await opened.close();
  process.exit(0);
});
