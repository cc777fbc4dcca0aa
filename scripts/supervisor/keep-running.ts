import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";

export type ChildPlan = {
  name: string;
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  logFile: string;
};

export type KeptChild = {
  name: string;
  /** Asks to drain and end; kills what has not ended after `limitMs`. */
  stop(limitMs: number): Promise<void>;
};

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** A child that lived this long has recovered: the next failure waits shortly again. */
const HEALTHY_AFTER_MS = 60_000;

/** How long to wait before starting a child again that died for the n-th time in a row. */
export function restartDelay(failures: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1));
}

/** Starts a child and starts it again whenever it dies, until it is stopped. */
export function keepRunning(plan: ChildPlan, say: (line: string) => void): KeptChild {
  let child: ChildProcess | null = null;
  let timer: NodeJS.Timeout | null = null;
  let stopping = false;
  let failures = 0;

  function start(): void {
    const startedAt = Date.now();
    const log = openSync(plan.logFile, "a", 0o600);
    // a session of its own: Ctrl-C reaches the supervisor alone, which then stops the children in order
    const current = spawn(plan.command, plan.args, { env: plan.env, stdio: ["ignore", log, log, "ipc"], detached: true });
    closeSync(log);
    child = current;
    let ended = false;
    const onEnd = (how: string) => {
      if (ended) return;
      ended = true;
      child = null;
      if (stopping) return;
      failures = Date.now() - startedAt >= HEALTHY_AFTER_MS ? 1 : failures + 1;
      const waitMs = restartDelay(failures);
      say(`${plan.name} ended (${how}); starting it again in ${waitMs / 1000} s. Its log: ${plan.logFile}`);
      timer = setTimeout(start, waitMs);
    };
    current.once("exit", (code, signal) => onEnd(signal ?? `exit code ${code}`));
    current.once("error", (error) => onEnd(error.message));
  }

  start();
  return {
    name: plan.name,
    async stop(limitMs) {
      stopping = true;
      if (timer) clearTimeout(timer);
      const current = child;
      if (!current || current.exitCode !== null || current.signalCode !== null) return;
      const gone = new Promise<void>((done) => current.once("exit", () => done()));
      current.kill("SIGTERM");
      const limit = setTimeout(() => killSession(current), limitMs);
      await gone;
      clearTimeout(limit);
      // what the child had started itself goes with it
      killSession(current);
    },
  };
}

function killSession(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, "SIGKILL");
  } catch {
    // nothing of the session is left
  }
}
