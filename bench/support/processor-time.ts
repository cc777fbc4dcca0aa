import { readdirSync, readFileSync } from "node:fs";
import { monotonicMs } from "./clock.ts";
import type { Figure } from "./figures.ts";

const TICKS_PER_SECOND = 100;

/** Fields of /proc/PID/stat after the command, which may hold blanks itself. */
function statOf(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    // ended meanwhile, or no Linux
    return [];
  }
}

/** Seconds of processor time of a process, of its children that ended, and (of a family) of its living children. */
function secondsOf(pid: number, family: boolean): number {
  const all = [statOf(String(pid))];
  if (family) {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    for (const stat of pids.map(statOf)) if (stat[1] === String(pid)) all.push(stat);
  }
  return all.reduce((sum, stat) => sum + [11, 12, 13, 14].reduce((ticks, at) => ticks + Number(stat[at] ?? 0), 0), 0) / TICKS_PER_SECOND;
}

export type Watched = { name: string; pid: number; family?: boolean };

/** Begins to watch processes; the result says how much of one core each has used since, in percent. */
export function watchProcessors(watched: readonly Watched[]): () => Map<string, number> {
  const read = () => watched.map(({ pid, family = false }) => secondsOf(pid, family));
  const begun = monotonicMs();
  const before = read();
  return () => {
    const seconds = (monotonicMs() - begun) / 1000;
    const after = read();
    return new Map(watched.map(({ name }, index) => [name, (100 * ((after[index] ?? 0) - (before[index] ?? 0))) / seconds]));
  };
}

/** What each process used, run by run. */
export function processorFigures(all: readonly Map<string, number>[]): Figure[] {
  return [...(all[0]?.keys() ?? [])].map((name) => ({
    name: `processor of ${name}`,
    unit: "% of a core",
    values: all.map((one) => one.get(name) ?? 0),
  }));
}
