import { mkdirSync } from "node:fs";
import pg from "pg";
import { createChannels } from "#server/channels/registry.ts";
import type { Env, Settings } from "#server/config/env.ts";
import { parseSecrets } from "#server/config/secret.ts";
import type { IngestSource } from "#server/contracts/ingest/source.ts";
import { ensurePartitions, MONTHLY_TABLES, migrate } from "#server/data/migrate.ts";
import { createPool } from "#server/data/pool.ts";
import { keepMails } from "#server/data/sandbox-mail.ts";
import { createDeps, type Deps } from "#server/deps.ts";
import { NIL_UUID } from "#server/ids.ts";
import { migrateQueueStore } from "#server/queue/connection.ts";
import { silentDoorbell } from "#server/queue/doorbell.ts";
import { createLogger } from "#server/telemetry/log.ts";
import { syncSchedules } from "#server/usecases/pipeline/sync-schedules.ts";
import { attachDatabase } from "../supervisor/attach.ts";
import { StartRefused, writeCredentials } from "../supervisor/data-folder.ts";
import { firstRun } from "../supervisor/first-run.ts";
import type { SetClock } from "./make-history.ts";

const MONTHS_AHEAD = 2;

/** An installation that is stopped, opened at a moment of the past. */
export type PastInstallation = { deps: Deps; source: IngestSource; close(): Promise<void> };

export type Attached = Awaited<ReturnType<typeof attachDatabase>>;

/**
 * Opens the installation of these settings for its history: prepares an empty database as a first start would, at the clock's time.
 * Refuses one that is at work, or has customers already: their past is not ours to write.
 */
export async function openPast(settings: Settings, clock: SetClock, options: { reset: boolean }): Promise<PastInstallation> {
  mkdirSync(settings.dataDir, { recursive: true });
  const attached = await attachDatabase(settings);
  try {
    if (await isAtWork(attached.databaseUrl)) {
      throw new StartRefused("Tact runs on this database. Stop it, make the history, and start it again.");
    }
    if (options.reset) await recreateDatabase(settings, attached.databaseUrl);
    return await prepare(settings, attached, clock);
  } catch (error) {
    await attached.detach();
    throw error;
  }
}

/** Do gateway or workers hold connections to this database? */
async function isAtWork(databaseUrl: string): Promise<boolean> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name ~ '^tact (gateway|worker)'",
    );
    return rows.length > 0;
  }).catch((error: unknown) => {
    // the database does not exist yet
    if (error instanceof Error && "code" in error && error.code === "3D000") return false;
    throw error;
  });
}

/** The embedded database is made anew, empty. A server of one's own is left to its owner. */
async function recreateDatabase(settings: Settings, databaseUrl: string): Promise<void> {
  if (settings.databaseUrl !== null) {
    throw new StartRefused("--reset drops the whole database, so it does so only with the embedded one. Empty DATABASE_URL yourself.");
  }
  const { name, maintenanceUrl } = maintenanceOf(databaseUrl);
  await withClient(maintenanceUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`));
}

async function ensureDatabase(databaseUrl: string): Promise<void> {
  const { name, maintenanceUrl } = maintenanceOf(databaseUrl);
  await withClient(maintenanceUrl, async (client) => {
    const { rows } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (rows.length === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  });
}

function maintenanceOf(databaseUrl: string): { name: string; maintenanceUrl: string } {
  const address = new URL(databaseUrl);
  const name = decodeURIComponent(address.pathname.slice(1));
  address.pathname = "/postgres";
  return { name, maintenanceUrl: address.href };
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: "tact demo" });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export function envOf(settings: Settings, attached: Attached): Env {
  const [first, ...older] = settings.secrets.length > 0 ? settings.secrets : parseSecrets(attached.credentials.secret).keys;
  if (first === undefined) throw new StartRefused("There is no TACT_SECRET.");
  return { ...settings, databaseUrl: attached.databaseUrl, secrets: [first, ...older] };
}

async function prepare(settings: Settings, attached: Attached, clock: SetClock): Promise<PastInstallation> {
  const env = envOf(settings, attached);
  if (settings.databaseUrl === null) await ensureDatabase(attached.databaseUrl);
  await migrate({ url: attached.databaseUrl, directory: "prisma/migrations" });
  const pool = createPool(attached.databaseUrl, { max: 6, name: "tact demo", lazyCommits: true });
  const close = async () => {
    await pool.end();
    await attached.detach();
  };
  try {
    await ensurePartitions(pool, MONTHLY_TABLES, Date.now(), MONTHS_AHEAD);
    if (settings.redisUrl === null) await migrateQueueStore(pool);
    // whatever the operator's relay is: nothing of the past is sent by it
    const keep = (mails: Parameters<typeof keepMails>[1]) => keepMails(pool, mails, clock.now());
    const channels = createChannels({ smtpUrl: null, mailFrom: env.mailFrom, keepMails: keep });
    const log = createLogger("demo", { level: "warn" });
    const deps = createDeps({ pool, queue: silentDoorbell, env, clock, channels, log });
    await firstRun(deps, { ...env, demo: true }, attached.credentials, (changed) => writeCredentials(settings.dataDir, changed));
    await refuseStrangers(deps);
    await restartSchedules(deps);
    return { deps, source: await serverSource(deps), close };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

async function refuseStrangers(deps: Deps): Promise<void> {
  const { rows } = await deps.pool.query("SELECT 1 FROM customer LIMIT 1");
  if (rows.length > 0) {
    throw new StartRefused("This installation has customers already. `npm run demo -- --reset` removes everything and begins anew.");
  }
}

/** Clocks of an installation that was started before run in the present; in the past they are set again. */
async function restartSchedules(deps: Deps): Promise<void> {
  const running = await deps.data.timers.listScheduleTimers(deps.pool);
  const changes = running.map(({ kind, ref }) => ({ customerId: NIL_UUID, change: { op: "cancel" as const, kind, ref } }));
  await deps.transact((tx) => deps.data.timers.changeTimers(tx, changes));
  await syncSchedules(deps);
}

async function serverSource(deps: Deps): Promise<IngestSource> {
  const grants = await deps.data.apiKeys.listActiveKeys(deps.pool);
  const grant = grants.find(({ kind, source }) => kind === "write" && source.key === "server");
  if (grant === undefined) throw new StartRefused("The source `server` has no active write key.");
  return grant.source;
}
