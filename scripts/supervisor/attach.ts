import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "#server/config/env.ts";
import { type Credentials, lockDataFolder, readCredentials } from "./data-folder.ts";
import { openDatabase } from "./database.ts";
import { isRunning } from "./process-table.ts";

export type Attached = { databaseUrl: string; credentials: Credentials; detach(): Promise<void> };

/** Port of the embedded server that runs on `dataDir` right now, or null. Line 4 of postmaster.pid is the port. */
function runningPort(dataDir: string): number | null {
  try {
    const lines = readFileSync(join(dataDir, "postmaster.pid"), "utf8").split("\n");
    const [pid, port] = [Number(lines[0]), Number(lines[3])];
    return isRunning(pid, dataDir) && lines[7]?.trim() === "ready" ? port : null;
  } catch {
    // no such file: nothing runs
    return null;
  }
}

/** The database of this installation for a command beside it: the running one, or the embedded one started for as long as needed. */
export async function attachDatabase(settings: Settings): Promise<Attached> {
  const credentials = readCredentials(settings.dataDir);
  const port = settings.databaseUrl === null ? runningPort(join(settings.dataDir, "postgres")) : null;
  if (port !== null) {
    const url = `postgresql://tact:${encodeURIComponent(credentials.postgresPassword)}@127.0.0.1:${port}/tact`;
    return { databaseUrl: url, credentials, detach: async () => {} };
  }
  // Nobody may start the product on this folder, and so end this database, until we are done with it.
  const release = settings.databaseUrl === null ? lockDataFolder(settings.dataDir, "a command beside it") : () => {};
  const database = await openDatabase(settings, credentials);
  return {
    databaseUrl: database.url,
    credentials,
    detach: async () => {
      await database.embedded?.stop();
      release();
    },
  };
}
