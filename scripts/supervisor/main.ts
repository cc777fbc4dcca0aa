import { spawn } from "node:child_process";
import { existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { EnvFaults, readSettings, type Settings } from "#server/config/env.ts";
import { type Credentials, lockDataFolder, readCredentials, refuseHeldFolder, StartRefused } from "./data-folder.ts";
import { type Database, openDatabase } from "./database.ts";
import { freePort } from "./free-port.ts";
import { type KeptChild, keepRunning } from "./keep-running.ts";
import { childEnvironment, childPlans, type Mode } from "./plans.ts";
import { answers, claimable, reachable } from "./ports.ts";
import { summary } from "./summary.ts";

const HEALTHY_LIMIT_MS = 120_000;
const DRAIN_LIMIT_MS = 30_000;
const LONGEST_LOG_BYTES = 10_000_000;

type Running = { children: KeptChild[]; database: Database | null; release: (() => void) | null };

/** Starts the whole installation, keeps it running, and ends all of it on Ctrl-C, SIGTERM or when npm goes away. */
export async function supervise(mode: Mode): Promise<void> {
  const running: Running = { children: [], database: null, release: null };
  const stop = stopper(running);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop(0));
  watchParent(() => stop(0));
  try {
    await start(mode, running, stop);
  } catch (error) {
    tellRefusal(error);
    stop(1);
  }
}

/**
 * Ends at once when the start would be refused for what can be seen beforehand: a wrong environment, a data folder or a port that is
 * taken. Asked before the long part of a build, which also must not replace the files of an installation that runs. Takes nothing.
 */
export async function refuseEarly(): Promise<void> {
  try {
    const settings = readSettings();
    refuseHeldFolder(settings.dataDir);
    await claimable(settings.port, settings.host);
  } catch (error) {
    tellRefusal(error);
    process.exit(1);
  }
}

function tellRefusal(error: unknown): void {
  const expected = error instanceof StartRefused || error instanceof EnvFaults;
  process.stderr.write(`\n${expected || !(error instanceof Error) ? messageOf(error) : `Tact could not start: ${error.message}`}\n`);
}

async function start(mode: Mode, running: Running, stop: (code: number) => void): Promise<void> {
  const beganAt = Date.now();
  const settings = readSettings();
  running.release = lockDataFolder(settings.dataDir, settings.url);
  await claimable(settings.port, settings.host);
  const credentials = readCredentials(settings.dataDir);
  rotateLogs(settings);

  say(settings.databaseUrl ? "Looking for the database …" : "Starting the database …");
  const database = await openDatabase(settings, credentials);
  running.database = database;
  database.embedded?.exited.then(() => {
    if (isStopping) return;
    process.stderr.write(`The database ended. Its log: ${join(settings.dataDir, "log", "postgres.log")}\n`);
    stop(1);
  });
  if (settings.redisUrl) await reachable("REDIS_URL", settings.redisUrl, 6379, 5_000);

  const nextPort = await freePort();
  const secret = process.env.TACT_SECRET || credentials.secret;
  const env = childEnvironment({ settings, mode, databaseUrl: database.url, secret, nextPort });
  await runSetup(env);
  if (isStopping) return;

  say("Starting gateway, workers and console …");
  for (const plan of childPlans({ settings, mode, env, nextPort })) running.children.push(keepRunning(plan, say));
  await waitUntilHealthy(settings, nextPort);
  if (!isStopping)
    process.stdout.write(summary({ settings, credentials: readCredentials(settings.dataDir), tookMs: Date.now() - beganAt }));
}

/** Migrates, makes partitions and seeds in a process of its own: none of that stays in memory. */
async function runSetup(env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, ["--enable-source-maps", resolve("dist/setup.js")], {
    env,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const code = await new Promise<number | null>((done) => {
    child.once("exit", (status) => done(status));
    child.once("error", () => done(null));
  });
  if (code !== 0) throw new StartRefused("Tact did not start, since its database could not be prepared.");
}

async function waitUntilHealthy(settings: Settings, nextPort: number): Promise<void> {
  const host = settings.host === "0.0.0.0" || settings.host === "::" ? "127.0.0.1" : settings.host;
  const [gateway, web] = await Promise.all([
    answers(`http://${host.includes(":") ? `[${host}]` : host}:${settings.port}/v1/health`, (status) => status === 200, HEALTHY_LIMIT_MS),
    answers(`http://127.0.0.1:${nextPort}/`, (status) => status < 500, HEALTHY_LIMIT_MS),
  ]);
  if (isStopping || (gateway && web)) return;
  const name = gateway ? "web" : "gateway";
  throw new StartRefused(`The ${name} process does not become healthy. Its log: ${join(settings.dataDir, "log", `${name}.log`)}`);
}

let isStopping = false;

/** Ends the children first, the database last. A second request does not wait for anything to drain. */
function stopper(running: Running): (code: number) => void {
  return (code) => {
    const limitMs = isStopping ? 0 : DRAIN_LIMIT_MS;
    if (!isStopping && code === 0 && running.database) process.stdout.write("\nStopping …\n");
    const again = isStopping;
    isStopping = true;
    const children = Promise.all(running.children.map((child) => child.stop(limitMs)));
    if (again) return;
    children
      .then(() => running.database?.embedded?.stop())
      .then(
        () => {
          running.release?.();
          if (code === 0 && running.database) process.stdout.write("Stopped.\n");
          process.exit(code);
        },
        (error: unknown) => {
          process.stderr.write(`Stopping failed: ${messageOf(error)}\n`);
          process.exit(1);
        },
      );
  };
}

/** npm's shell does not always hand on a signal; when npm is gone, this start is over. */
function watchParent(onGone: () => void): void {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    onGone();
  }, 500);
  watch.unref();
}

function rotateLogs(settings: Settings): void {
  const folder = join(settings.dataDir, "log");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of ["gateway", "worker", "web", "postgres"]) {
    const file = join(folder, `${name}.log`);
    if (existsSync(file) && statSync(file).size > LONGEST_LOG_BYTES) renameSync(file, `${file}.1`);
  }
}

function say(line: string): void {
  process.stdout.write(`  ${line}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export type { Credentials };
