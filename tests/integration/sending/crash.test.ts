import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drainSending } from "#server/usecases/sending/drain-sending.ts";
import { sweepMessages } from "#server/usecases/sending/sweep-messages.ts";
import { testEnv } from "../../support/sending-env.ts";
import { depsOver, openSendingWorld, type SendingWorld } from "../../support/sending-world.ts";
import { type SinkMode, type SmtpSink, startSmtpSink } from "../../support/smtp-sink.ts";

const MESSAGES = 3;
/** Where the worker dies, and whether a provider call may have been under way there: then at most once means never again. */
const points = [
  { at: "gate.loaded", begun: false },
  { at: "gate.before-commit", begun: false },
  { at: "gate.committed", begun: false },
  { at: "deliver.before-call", begun: true },
  { at: "deliver.after-accept", begun: true },
  { at: "deliver.before-result", begun: true },
] as const;
const modes: SinkMode[] = ["ok", "try-later", "refuse", "reset", "accept-then-hang", "accept-then-reset"];
const takesIt: SinkMode[] = ["ok", "accept-then-hang", "accept-then-reset"];

let world: SendingWorld;
let sink: SmtpSink;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tact-sink-"));
  sink = await startSmtpSink({ log: join(folder, "accepted.log") });
  world = await openSendingWorld({ smtpUrl: sink.url });
});
afterAll(async () => {
  await world.close();
  await sink.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a worker in a process of its own until it ends or dies, or hangs on a provider that never answers and is then killed. */
function runWorker(crashAt: string, killAfterMs: number | null): Promise<NodeJS.Signals | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", "tests/support/send-worker.ts"], {
      env: {
        ...process.env,
        NODE_ENV: "test",
        TACT_CRASH_AT: crashAt,
        TEST_DATABASE_URL: world.database.url,
        TEST_SMTP_URL: sink.url,
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    // A worker that waits for an answer that never comes is killed once everything it has begun is at the sink.
    const before = sink.accepted().length;
    const watch =
      killAfterMs === null
        ? undefined
        : setInterval(() => {
            if (sink.accepted().length >= before + MESSAGES) child.kill("SIGKILL");
          }, 20);
    child.on("exit", (code, signal) => {
      clearInterval(watch);
      if (code !== null && code !== 0) reject(new Error(errors));
      else resolve(signal);
    });
  });
}

/** What comes after: other workers, a minute later and then as often as it takes. */
async function recover(): Promise<void> {
  let shift = 61_000;
  const clock = { now: () => Date.now() + shift };
  const deps = depsOver(world.database, { ...testEnv, databaseUrl: world.database.url, smtpUrl: sink.url }, { clock });
  for (let round = 0; round < 8; round += 1) {
    await sweepMessages(deps);
    await drainSending(deps);
    shift += 1_900_000;
  }
  await deps.channels.close();
}

async function states(stepKeys: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const row of await world.ledger()) {
    const step = row.step_key.split("#")[0] ?? "";
    if (stepKeys.includes(step) && row.state !== "cancelled") counts[row.state] = (counts[row.state] ?? 0) + 1;
  }
  return counts;
}

describe.each(points)("a worker killed at $at", ({ at, begun }) => {
  test.each(modes)("with a provider that does %s, sends nothing twice and names what it cannot know", async (mode) => {
    sink.mode = mode;
    const steps: string[] = [];
    for (let index = 0; index < MESSAGES; index += 1) steps.push((await world.offer(await world.addCustomer())).stepKey);
    const hangs = mode === "accept-then-hang";
    const signal = await runWorker(at, hangs ? 1 : null);
    // Without an acceptance there is nothing to die after.
    const reached = at !== "deliver.after-accept" || mode === "ok";
    if (reached || hangs) expect(signal).toBe("SIGKILL");

    // The provider is well again when the next worker comes.
    sink.mode = "ok";
    await recover();

    const accepted = sink.accepted();
    expect(new Set(accepted).size).toBe(accepted.length);
    const byStep = new Map<string, number>();
    const ledger = await world.ledger();
    for (const id of accepted) {
      const step = ledger.find((row) => row.id === id)?.step_key.split("#")[0] ?? "unexpected";
      byStep.set(step, (byStep.get(step) ?? 0) + 1);
    }
    for (const step of steps) expect(byStep.get(step) ?? 0).toBeLessThanOrEqual(1);

    const counts = await states(steps);
    expect((counts["sending"] ?? 0) + (counts["pending"] ?? 0)).toBe(0);
    if (!begun) {
      expect(counts).toMatchObject({ sent: MESSAGES });
      return;
    }
    // At the crash the calls of the whole batch had begun; what was cut is unknown, and everything else is certain.
    const certain = (counts["sent"] ?? 0) + (counts["unknown"] ?? 0);
    expect(certain === MESSAGES || (counts["failed"] ?? 0) > 0).toBe(true);
    if (at !== "deliver.after-accept") expect(counts["unknown"]).toBe(MESSAGES);
    if (takesIt.includes(mode) && at === "deliver.before-result") expect(steps.every((step) => byStep.get(step) === 1)).toBe(true);
  });
});
