import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Whether a process runs whose command line names `mark`: a recycled process id does not count. */
export function isRunning(pid: number, mark: string): boolean {
  return commandLine(pid).includes(mark);
}

/** The command line of a running process, empty when there is none. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    // no /proc on this system, or no such process: ps tells which
  }
  try {
    return execFileSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}
