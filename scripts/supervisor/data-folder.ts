import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { newSecret } from "#server/config/secret.ts";
import { commandLine } from "./process-table.ts";

/** A refusal to start, in one sentence for the person at the terminal. */
export class StartRefused extends Error {
  override name = "StartRefused";
}

const lockSchema = z.object({ pid: z.number().int(), url: z.string() });

/**
 * Takes the data folder for this process; a second start on it is refused while the first runs. A lock whose process is gone (killed,
 * power cut) is taken over. Returns the release.
 */
export function lockDataFolder(dataDir: string, url: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, "lock");
  const mine = JSON.stringify({ pid: process.pid, url });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      writeFileSync(file, mine, { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    refuseHeldFolder(dataDir);
    rmSync(file, { force: true });
  }
  throw new StartRefused(`The data folder ${dataDir} is being started by somebody else at this moment.`);
}

/** Refuses the start when a living process has the data folder; takes nothing. */
export function refuseHeldFolder(dataDir: string): void {
  const holder = readLock(join(dataDir, "lock"));
  if (!holder || holder.pid === process.pid || !/\bscripts\b.*(start|dev|supervisor|audit|demo)/.test(commandLine(holder.pid))) return;
  throw new StartRefused(
    `Tact already runs on the data folder ${dataDir} (process ${holder.pid}, ${holder.url}). Stop that one, or set TACT_DATA_DIR to another folder.`,
  );
}

function readLock(file: string): z.infer<typeof lockSchema> | null {
  try {
    return lockSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // unreadable or half written: its writer did not live to hold it
    return null;
  }
}

const credentialsSchema = z.object({
  postgresPassword: z.string(),
  secret: z.string(),
  signIns: z.array(z.object({ role: z.string(), email: z.string(), password: z.string() })),
  writeKey: z.string().nullable(),
  browserWriteKey: z.string().nullable(),
  importKey: z.string().nullable(),
  apiKey: z.string().nullable(),
  /** The link with the one-time token that makes the first administrator, while there is none. */
  setupLink: z.string().nullable(),
});
export type Credentials = z.infer<typeof credentialsSchema>;

/** The credentials of this installation, made on the first start and readable by their owner only. */
export function readCredentials(dataDir: string): Credentials {
  const file = join(dataDir, "credentials.json");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    const keys = { writeKey: null, browserWriteKey: null, importKey: null, apiKey: null };
    const fresh = { postgresPassword: randomBytes(24).toString("base64url"), secret: newSecret(), signIns: [], ...keys, setupLink: null };
    writeCredentials(dataDir, fresh);
    return fresh;
  }
  const parsed = credentialsSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new StartRefused(`${file} is damaged: restore it from a backup; without it the database's password is lost.`);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // reported by the schema, together with every other kind of damage
    return null;
  }
}

export function writeCredentials(dataDir: string, credentials: Credentials): void {
  const file = join(dataDir, "credentials.json");
  // written beside and renamed: a cut in the middle leaves the old file
  writeFileSync(`${file}.new`, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}
