import { fork } from "node:child_process";
import * as z from "zod";
import { nodeFlags } from "../../scripts/supervisor/plans.ts";

/** A process of the stand that can be asked things. */
export type Child = {
  pid: number;
  /** Sends a question and waits for its answer; fails when the process ends first or does not answer in time. */
  ask<T>(question: object, answer: z.ZodType<T>, timeoutMs?: number): Promise<T>;
  /** Asks to end, and waits. */
  stop(): Promise<void>;
};

const repliesSchema = z.object({ id: z.number(), answer: z.unknown() });

/** Starts a bundled process and returns once it has said its first word. `BENCH_PROFILE=DIR` writes a CPU profile of it there. */
export async function startChild(script: string, env: NodeJS.ProcessEnv): Promise<Child> {
  const profile = process.env.BENCH_PROFILE;
  const execArgv = [...nodeFlags, "--enable-source-maps", ...(profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`])];
  const child = fork(script, [], { env, execArgv });
  const waiting = new Map<number, (answer: unknown) => void>();
  const ended = new Promise<never>((_, broken) => {
    child.once("exit", (code, signal) => broken(new Error(`${script} ended with ${signal ?? code}`)));
  });
  // whoever waits for an answer sees it; otherwise the end is nobody's fault
  ended.catch(() => {});
  await Promise.race([new Promise((ready) => child.once("message", ready)), ended]);
  child.on("message", (message) => {
    const reply = repliesSchema.safeParse(message);
    if (!reply.success) return;
    waiting.get(reply.data.id)?.(reply.data.answer);
    waiting.delete(reply.data.id);
  });
  let last = 0;
  return {
    pid: child.pid ?? 0,
    async ask(question, answer, timeoutMs = 120_000) {
      last += 1;
      const id = last;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, broken) => {
        timer = setTimeout(() => broken(new Error(`no answer to ${JSON.stringify(question)} after ${timeoutMs / 1000} s`)), timeoutMs);
      });
      const answered = new Promise<unknown>((done) => waiting.set(id, done));
      child.send({ id, ...question });
      try {
        return answer.parse(await Promise.race([answered, ended, late]));
      } finally {
        clearTimeout(timer);
      }
    },
    async stop() {
      child.kill("SIGTERM");
      await ended.catch(() => {});
    },
  };
}
