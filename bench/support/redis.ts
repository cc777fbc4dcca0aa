import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { freePort } from "../../scripts/supervisor/free-port.ts";

/** A Redis of its own that keeps nothing on disk; null where no redis-server is installed. */
export async function startRedis(): Promise<{ url: string; stop(): Promise<void> } | null> {
  if (spawnSync("redis-server", ["--version"]).status !== 0) return null;
  const port = await freePort();
  const quiet = ["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"];
  const server = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", ...quiet], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((done) => server.once("exit", () => done()));
  for await (const line of createInterface(server.stdout)) if (line.includes("Ready to accept connections")) break;
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      server.kill("SIGTERM");
      await ended;
    },
  };
}
