import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Settings } from "#server/config/env.ts";
import type { ChildPlan } from "./keep-running.ts";

export type Mode = "production" | "development";

/** The environment every process of the installation shares. */
export function childEnvironment(options: {
  settings: Settings;
  mode: Mode;
  databaseUrl: string;
  secret: string;
  nextPort: number;
}): NodeJS.ProcessEnv {
  const { settings } = options;
  return {
    ...process.env,
    NODE_ENV: options.mode,
    NEXT_TELEMETRY_DISABLED: "1",
    PORT: String(settings.port),
    TACT_HOST: settings.host,
    TACT_URL: settings.url,
    TACT_DATA_DIR: settings.dataDir,
    TACT_DEMO: settings.demo ? "1" : "0",
    TACT_SUPERVISOR_PID: String(process.pid),
    TACT_NEXT_PORT: String(options.nextPort),
    DATABASE_URL: options.databaseUrl,
    TACT_SECRET: options.secret,
    // next-auth reads these two itself
    NEXTAUTH_URL: settings.url,
    NEXTAUTH_SECRET: options.secret,
  };
}

/**
 * For the processes that work in batches: what a batch makes is garbage when it is done, and a larger nursery lets it die there. Grows
 * only under load.
 */
export const nodeFlags = ["--max-semi-space-size=32"];

/** The three processes: the gateway on the public port, the console behind it on loopback, the workers. */
export function childPlans(options: { settings: Settings; mode: Mode; env: NodeJS.ProcessEnv; nextPort: number }): ChildPlan[] {
  const { mode, env } = options;
  const node = process.execPath;
  const preload = ["--enable-source-maps", "--import", pathToFileURL(resolve("dist/child.js")).href];
  const own = [...preload, ...nodeFlags];
  const next = resolve("node_modules/next/dist/bin/next");
  const nextArgs = [next, mode === "production" ? "start" : "dev", "--port", String(options.nextPort), "--hostname", "127.0.0.1"];
  const log = (name: string) => join(options.settings.dataDir, "log", `${name}.log`);
  const ours = (name: string, source: string) =>
    mode === "production"
      ? { command: node, args: [...own, resolve(`dist/${name}.js`)] }
      : { command: node, args: [...own, resolve("node_modules/tsx/dist/cli.mjs"), "watch", "--clear-screen=false", source] };
  return [
    { name: "gateway", ...ours("gateway", "server/gateway/main.ts"), env, logFile: log("gateway") },
    { name: "worker", ...ours("worker", "workers/main.ts"), env, logFile: log("worker") },
    { name: "web", command: node, args: [...preload, ...nextArgs], env, logFile: log("web") },
  ];
}
