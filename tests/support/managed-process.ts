import { type ChildProcess, fork } from "node:child_process";
import { openSync, readFileSync } from "node:fs";

/** A process of an installation, in the hands of a test. */
export type ManagedProcess = {
  pid: number;
  /** Settles when it has ended, with the signal that ended it or its exit code. */
  ended: Promise<NodeJS.Signals | number | null>;
  isAlive(): boolean;
  /** SIGKILL: no goodbye. */
  kill(): Promise<void>;
  /** SIGTERM: it finishes what is under way. */
  stop(): Promise<NodeJS.Signals | number | null>;
  freeze(): void;
  thaw(): void;
  /** All that it has printed. */
  output(): string;
};

/** Starts a script and returns once it has sent its first word, or has ended before it could. */
export async function startManaged(script: string, env: NodeJS.ProcessEnv, logFile: string): Promise<ManagedProcess> {
  const log = openSync(logFile, "a");
  const child = fork(script, [], { env, execArgv: ["--enable-source-maps"], stdio: ["ignore", log, log, "ipc"] });
  const ended = new Promise<NodeJS.Signals | number | null>((done) => {
    child.once("exit", (code, signal) => done(signal ?? code));
  });
  await Promise.race([new Promise((ready) => child.once("message", ready)), ended]);
  return managed(child, ended, logFile);
}

function managed(child: ChildProcess, ended: ManagedProcess["ended"], logFile: string): ManagedProcess {
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid ?? 0,
    ended,
    isAlive,
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    stop() {
      child.kill("SIGCONT");
      child.kill("SIGTERM");
      return ended;
    },
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    output: () => readFileSync(logFile, "utf8"),
  };
}
