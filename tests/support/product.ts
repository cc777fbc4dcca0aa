import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../scripts/supervisor/free-port.ts";

export type Product = {
  port: number;
  dataDir: string;
  process: ChildProcess;
  /** Everything it has printed so far. */
  output(): string;
  /** Resolves with the exit code once it has ended. */
  ended: Promise<number | null>;
};

/** Starts the whole product the way `npm start` does; nothing of this process's own configuration reaches it. */
export async function startProduct(options: { dataDir: string; port?: number; env?: Record<string, string> }): Promise<Product> {
  const port = options.port ?? (await freePort());
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(TACT_|OIDC_|DATABASE_URL|REDIS_URL|PORT$|VITEST|NODE_ENV|npm_)/.test(name),
  );
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    env: { ...Object.fromEntries(inherited), NODE_ENV: "production", PORT: String(port), TACT_DATA_DIR: options.dataDir, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number | null>((done) => child.once("close", (code) => done(code)));
  return { port, dataDir: options.dataDir, process: child, output: () => output, ended };
}

export function temporaryDataFolder(): { dataDir: string; remove(): void } {
  const dataDir = mkdtempSync(join(tmpdir(), "tact-system-"));
  return { dataDir, remove: () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Every living process that was started for a data folder, as `pid command`. Linux only. */
export function processesOf(dataDir: string): string[] {
  const found: string[] = [];
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const environment = readProcFile(pid, "environ");
    const command = readProcFile(pid, "cmdline").replaceAll("\0", " ").trim();
    // a zombie has no command line: it has ended, only its parent has not asked yet
    if (command !== "" && environment.split("\0").includes(`TACT_DATA_DIR=${dataDir}`)) found.push(`${pid} ${command}`);
  }
  return found;
}

function readProcFile(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    // ended meanwhile, or not ours to look at
    return "";
  }
}
