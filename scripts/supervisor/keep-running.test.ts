import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type KeptChild, keepRunning, restartDelay } from "./keep-running.ts";

let folder: string;
let child: KeptChild | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tact-child-"));
});
afterEach(async () => {
  await child?.stop(1_000);
  rmSync(folder, { recursive: true, force: true });
});

function start(script: string, say: (line: string) => void = () => undefined): KeptChild {
  child = keepRunning(
    {
      name: "child",
      command: process.execPath,
      args: ["-e", script],
      env: { NODE_ENV: "test", FOLDER: folder },
      logFile: join(folder, "log"),
    },
    say,
  );
  return child;
}

function read(name: string): string {
  return existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "";
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // no such process
    return false;
  }
}

const noteStart = `require("fs").appendFileSync(process.env.FOLDER + "/starts", process.pid + "\\n");`;

describe("a kept child", () => {
  test("is started again when it dies, and the operator is told how it ended", async () => {
    const lines: string[] = [];
    start(`${noteStart} process.exit(7);`, (line) => lines.push(line));
    await vi.waitFor(() => expect(read("starts").trim().split("\n").length).toBeGreaterThanOrEqual(2), { timeout: 10_000 });
    expect(lines[0]).toContain("child ended (exit code 7)");
  });

  test("drains when it is stopped, and is not started again", async () => {
    const kept =
      start(`${noteStart} process.on("SIGTERM", () => { require("fs").writeFileSync(process.env.FOLDER + "/drained", "1"); process.exit(0); }); setInterval(() => {}, 1000);
      require("fs").writeFileSync(process.env.FOLDER + "/ready", "1");`);
    await vi.waitFor(() => expect(read("ready")).toBe("1"), { timeout: 10_000 });
    await kept.stop(5_000);
    expect(read("drained")).toBe("1");
    expect(isAlive(Number(read("starts")))).toBe(false);
  });

  test("is killed together with what it started when it does not drain in time", async () => {
    const grandchild = `const c = require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]); require("fs").writeFileSync(process.env.FOLDER + "/grandchild", String(c.pid));`;
    const kept = start(`${noteStart} process.on("SIGTERM", () => {}); ${grandchild} setInterval(() => {}, 1000);`);
    await vi.waitFor(() => expect(Number(read("grandchild"))).toBeGreaterThan(0), { timeout: 10_000 });
    await kept.stop(200);
    await vi.waitFor(() => expect([isAlive(Number(read("starts"))), isAlive(Number(read("grandchild")))]).toEqual([false, false]), {
      timeout: 5_000,
    });
  });

  test("that cannot be started at all is reported, not thrown", async () => {
    const lines: string[] = [];
    child = keepRunning(
      { name: "child", command: "/nowhere/at-all", args: [], env: { NODE_ENV: "test" }, logFile: join(folder, "log") },
      (line) => lines.push(line),
    );
    await vi.waitFor(() => expect(lines[0]).toContain("ENOENT"), { timeout: 5_000 });
  });

  test("that keeps dying is tried less and less often, at least twice a minute", () => {
    expect([1, 2, 3, 4].map(restartDelay)).toEqual([500, 1_000, 2_000, 4_000]);
    expect(restartDelay(50)).toBe(30_000);
  });
});
