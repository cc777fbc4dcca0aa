import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./free-port.ts";
import { type Account, type Launch, launch, serverAccount } from "./postgres-account.ts";
import { findBinaries } from "./postgres-binaries.ts";
import { isRunning } from "./process-table.ts";

const USER = "tact";
const READY_TIMEOUT_MS = 60_000;

export type EmbeddedPostgres = {
  port: number;
  /** Connection string of one database of this server. */
  url(database: string): string;
  /** Settles when the server process ended, whoever ended it. */
  exited: Promise<void>;
  /** Fast shutdown: ends sessions, flushes, returns once the process is gone. */
  stop(): Promise<void>;
};

export type EmbeddedPostgresOptions = {
  /** The cluster; created when it has no PG_VERSION yet. */
  dataDir: string;
  logFile: string;
  password: string;
  /** postgresql.conf settings, given on the command line so that a later release can change them. */
  settings: Record<string, string>;
  /** Creates the cluster without flushing it to disk. */
  throwaway?: boolean;
  /** A free one is chosen when left out. */
  port?: number;
};

/** Starts the packaged PostgreSQL on the loopback interface and returns once it accepts connections. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const binaries = await findBinaries();
  const account = serverAccount();
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (account) chownSync(dataDir, account.uid, account.gid);
  const how = launch(account, [binaries.postgres, dataDir]);

  if (!existsSync(join(dataDir, "PG_VERSION"))) initialise(binaries.initdb, how, account, { ...options, dataDir });
  await stopLeftover(dataDir);

  const port = options.port ?? (await freePort());
  const settings = { listen_addresses: "127.0.0.1", unix_socket_directories: "", ...options.settings };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const log = openSync(options.logFile, "a", 0o600);
  const [command = "", ...args] = [...how.prefix, binaries.postgres, "-D", dataDir, "-p", String(port), ...flags];
  // a session of its own: Ctrl-C reaches the supervisor alone, which stops the database last
  const child = spawn(command, args, { ...how.account, cwd: dataDir, stdio: ["ignore", log, log], detached: true });
  closeSync(log);
  const exited = new Promise<void>((done) => {
    child.once("exit", () => done());
    child.once("error", () => done());
  });
  await waitUntilReady(child, dataDir, options.logFile);

  return {
    port,
    url: (database) => `postgresql://${USER}:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${database}`,
    exited,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGINT");
      await exited;
    },
  };
}

function initialise(initdb: string, how: Launch, account: Account | null, options: EmbeddedPostgresOptions): void {
  const passwordFile = join(dirname(options.dataDir), `.initdb-${process.pid}`);
  writeFileSync(passwordFile, `${options.password}\n`, { mode: 0o600 });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--lc-messages=C"];
  const flags = ["--auth=scram-sha-256", `--username=${USER}`, `--pwfile=${passwordFile}`, ...locale, "--no-instructions"];
  const [command = "", ...args] = [
    ...how.prefix,
    initdb,
    `--pgdata=${options.dataDir}`,
    ...flags,
    ...(options.throwaway ? ["--no-sync"] : []),
  ];
  try {
    execFileSync(command, args, { ...how.account, cwd: options.dataDir, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (cause) {
    const said = cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim() : String(cause);
    throw new Error(`PostgreSQL could not create its data folder ${options.dataDir}: ${said}`, { cause });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** A server that outlived a killed supervisor still holds the cluster: it is ours (the data folder's lock says so), so it is ended. */
async function stopLeftover(dataDir: string): Promise<void> {
  const pid = postmasterPid(dataDir);
  if (pid === null || !isRunning(pid, dataDir)) return;
  process.kill(pid, "SIGINT");
  for (let waited = 0; isRunning(pid, dataDir); waited += 50) {
    if (waited === 10_000) process.kill(pid, "SIGQUIT");
    if (waited > 20_000) throw new Error(`The database of an earlier run (process ${pid}) does not end. Stop it, then start again.`);
    await delay(50);
  }
}

function postmasterLines(dataDir: string): string[] {
  const file = join(dataDir, "postmaster.pid");
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    // not there: no server runs, or it has just begun
    return [];
  }
}

function postmasterPid(dataDir: string): number | null {
  const pid = Number(postmasterLines(dataDir)[0]);
  return Number.isInteger(pid) && pid > 1 ? pid : null;
}

/** The eighth line of postmaster.pid tells the state of the server. */
async function waitUntilReady(child: ChildProcess, dataDir: string, logFile: string): Promise<void> {
  for (let waited = 0; waited < READY_TIMEOUT_MS; waited += 20) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    if (postmasterPid(dataDir) === child.pid && postmasterLines(dataDir)[7]?.trim() === "ready") return;
    await delay(20);
  }
  if (child.exitCode === null) child.kill("SIGQUIT");
  const tail = existsSync(logFile) ? readFileSync(logFile, "utf8").trim().split("\n").slice(-5).join("\n") : "";
  throw new Error(`PostgreSQL did not start. The end of ${logFile}:\n${tail}`);
}
