import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { type Product, processesOf, startProduct, temporaryDataFolder } from "../tests/support/product.ts";

/**
 * How long a second start takes until the product is healthy, and how much memory all its processes hold together when idle, as the sum
 * of their proportional set sizes (shared pages counted once). Linux only.
 */
const STARTS = 3;
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

/** Proportional set size of one process in MB. */
function proportionalMb(pid: string): number {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? "0";
  return Number(kilobytes) / 1024;
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

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const folder = temporaryDataFolder();
try {
  const first = await startProduct({ dataDir: folder.dataDir });
  await untilReady(first);
  await stop(first);

  const times: number[] = [];
  for (let run = 1; run <= STARTS; run += 1) {
    const startedAt = performance.now();
    const product = await startProduct({ dataDir: folder.dataDir });
    await untilReady(product);
    times.push((performance.now() - startedAt) / 1000);
    if (run === STARTS) {
      // a look at the console loads what an idle installation has loaded
      await fetch(`http://127.0.0.1:${product.port}/`).then((response) => response.text());
      await delay(IDLE_MS);
      const memory = memoryByProcess(folder.dataDir);
      for (const [name, mb] of memory) process.stdout.write(`idle memory ${name.padEnd(12)} ${mb.toFixed(0).padStart(5)} MB\n`);
      const total = [...memory.values()].reduce((sum, mb) => sum + mb, 0);
      process.stdout.write(`idle memory together    ${total.toFixed(0).padStart(5)} MB (goal < 900)\n`);
    }
    await stop(product);
  }
  const [low, high] = [Math.min(...times), Math.max(...times)];
  process.stdout.write(`second start healthy in ${median(times).toFixed(1)} s (${low.toFixed(1)}–${high.toFixed(1)}, goal < 15)\n`);
} finally {
  folder.remove();
}
