// What start, dev and test share: everything between a fresh clone and something that runs. Plain JavaScript on Node's own modules,
// since it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { whenChanged } from "./fingerprint.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));

export function say(line) {
  process.stdout.write(`  ${line}\n`);
}

/** Ends with one sentence when this Node is too old. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(`Tact needs Node 20.19 or newer; this is Node ${process.versions.node}. See https://nodejs.org\n`);
  process.exit(1);
}

/** Runs a command; on failure prints what it said and ends. */
export function run(command, args, { env = {}, quiet = true } = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: quiet ? ["ignore", "pipe", "pipe"] : "inherit",
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === "win32" && !command.endsWith(".exe"),
  });
  if (result.status === 0) return;
  if (quiet) process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
  process.stderr.write(`\nFailed: ${command.split("/").pop()} ${args.join(" ")}${result.error ? ` (${result.error.message})` : ""}\n`);
  process.exit(1);
}

/** Installs the packages of the lock file when they are not what is installed. */
export function install({ withDev }) {
  if (installedAsLocked(withDev)) return;
  say("Installing packages (a minute or two the first time) …");
  run(process.platform === "win32" ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund", "--include=dev"]);
}

/** npm keeps a list of what it installed: it has to name every package of the lock, in the same version. */
function installedAsLocked(withDev) {
  const lock = `${root}package-lock.json`;
  const installed = `${root}node_modules/.package-lock.json`;
  if (!existsSync(installed)) return false;
  const present = JSON.parse(readFileSync(installed, "utf8")).packages;
  return Object.entries(JSON.parse(readFileSync(lock, "utf8")).packages).every(([path, wanted]) => {
    const there = present[path];
    if (there) return there.version === wanted.version && existsSync(`${root}${path}`);
    return path === "" || wanted.optional || wanted.devOptional || wanted.peer || (wanted.dev && !withDev);
  });
}

/** The typed database client. Generating needs no engine; naming any file keeps Prisma from fetching one. */
export function generate() {
  whenChanged(
    {
      inputs: ["prisma/schema.prisma", "prisma.config.ts"].map((path) => root + path),
      product: `${root}prisma/generated`,
      stamp: `${root}prisma/generated/.stamp`,
    },
    () => {
      say("Generating the database client …");
      const engine = fileURLToPath(new URL("prisma-schema-engine.mjs", import.meta.url));
      run(process.execPath, ["node_modules/prisma/build/index.js", "generate"], {
        env: { PRISMA_SCHEMA_ENGINE_BINARY: engine, PRISMA_HIDE_UPDATE_MESSAGE: "1" },
      });
    },
  );
}

const SHARED = ["server", "package-lock.json", "tsconfig.json", "prisma/schema.prisma"];
const SERVER = [...SHARED, "workers", "scripts/supervisor", "scripts/build.mjs"];
const CONSOLE = [...SHARED, "app", "components", "public", "proxy.ts", "next.config.mjs", "postcss.config.mjs"];

/** Bundles the processes that are ours. */
export function buildServer() {
  whenChanged({ inputs: SERVER.map((path) => root + path), product: `${root}dist/supervisor.js`, stamp: `${root}dist/.built` }, () => {
    say("Building gateway and workers …");
    run(process.execPath, ["scripts/build.mjs"]);
  });
}

/** Builds the console. */
export function buildConsole() {
  whenChanged({ inputs: CONSOLE.map((path) => root + path), product: `${root}.next/BUILD_ID`, stamp: `${root}.next/.built` }, () => {
    say("Building the console (a minute the first time) …");
    run(process.execPath, ["node_modules/next/dist/bin/next", "build"], { env: { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" } });
  });
}
