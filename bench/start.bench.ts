import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { type Product, processesOf, startProduct, temporaryDataFolder } from "../tests/support/product.ts";
import { monotonicMs } from "./support/clock.ts";
import { report, runs } from "./support/figures.ts";

/**
 * How long a second start takes until the product is healthy, and how much memory all its processes hold together when idle, as the sum
 * of their proportional set sizes (shared pages counted once). Linux only.
 */
const RUNS = 3;
const IDLE_MS = 20_000;

async function untilReady(product: Product): Promise<void> {
  while (!product.output().includes("Tact is ready")) {
    if (product.process.exitCode !== null) throw new Error(product.output());
    await delay(20);
  }
}

async function stop(product: Product): Promise<void> {
  product.process.kill("SIGTERM");
  await product.ended;
}

/** Proportional set size of one process in MB; 0 when it has ended meanwhile. */
function proportionalMb(pid: string): number {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? "0";
    return Number(kilobytes) / 1024;
  } catch {
    return 0;
  }
}

function nameOf(command: string): string {
  if (command.includes("postgres")) return "postgres";
  return /dist\/(\w+)\.js$/.exec(command)?.[1] ?? (command.includes("next") ? "web" : "supervisor");
}

function memoryByProcess(dataDir: string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const line of processesOf(dataDir)) {
    const [pid = "", ...command] = line.split(" ");
    const name = nameOf(command.join(" "));
    sums.set(name, (sums.get(name) ?? 0) + proportionalMb(pid));
  }
  return sums;
}

const folder = temporaryDataFolder();
try {
  const first = await startProduct({ dataDir: folder.dataDir });
  await untilReady(first);
  await stop(first);

  const results = await runs(RUNS, async () => {
    const begun = monotonicMs();
    const product = await startProduct({ dataDir: folder.dataDir });
    await untilReady(product);
    const seconds = (monotonicMs() - begun) / 1000;
    // a look at the console loads what an idle installation has loaded
    await fetch(`http://127.0.0.1:${product.port}/`).then((response) => response.text());
    await delay(IDLE_MS);
    const memory = memoryByProcess(folder.dataDir);
    await stop(product);
    return { seconds, memory };
  });
  report("start", "second start and idle memory", [
    { name: "healthy after", unit: "s", values: results.map((run) => run.seconds), goal: { below: 15 } },
    {
      name: "memory together",
      unit: "MB",
      values: results.map(({ memory }) => [...memory.values()].reduce((sum, mb) => sum + mb, 0)),
      goal: { below: 900 },
    },
    ...[...(results[0]?.memory.keys() ?? [])].map((name) => ({
      name: `memory of ${name}`,
      unit: "MB",
      values: results.map(({ memory }) => memory.get(name) ?? 0),
    })),
  ]);
} finally {
  folder.remove();
}
