import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Command, InvalidArgumentError } from "commander";
import * as z from "zod";
import { mappingSchema } from "./mapping.ts";
import { createProgress } from "./progress.ts";
import { runReplay } from "./run-replay.ts";

const mappingsFolder = path.join(import.meta.dirname ?? ".", "mappings");

/** File names the shipped mappings belong to. */
const shipped: readonly [RegExp, string][] = [
  [/^CDNOW_master/i, "cdnow"],
  [/^CDNOW_sample/i, "cdnow-sample"],
  [/^incident_event_log/i, "uci-incident"],
  [/^Telco-Customer-Churn/i, "telco"],
  [/^hillstrom/i, "hillstrom"],
  [/^online_shoppers_intention/i, "online-shoppers"],
];

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("must be a whole number of at least 1");
  return value;
}

/** Write key of the installation in this folder, if it was started once. */
async function credentialsKey(): Promise<string | undefined> {
  const file = path.join(process.env["TACT_DATA_DIR"] ?? ".data", "credentials.json");
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = z.object({ writeKey: z.string().nullable() }).safeParse(JSON.parse(text));
  return parsed.success ? (parsed.data.writeKey ?? undefined) : undefined;
}

async function loadMapping(file: string, name: string | undefined) {
  const wanted = name ?? shipped.find(([pattern]) => pattern.test(path.basename(file)))?.[1];
  if (wanted === undefined) {
    throw new Error(
      `No mapping is known for ${path.basename(file)}. Name one with --mapping: ${shipped.map(([, known]) => known).join(", ")}, or a file of your own (docs/REPLAY.md).`,
    );
  }
  const place = wanted.endsWith(".json") ? wanted : path.join(mappingsFolder, `${wanted}.json`);
  const parsed = mappingSchema.safeParse(JSON.parse(await readFile(place, "utf8")));
  if (!parsed.success) throw new Error(`The mapping ${place} has faults:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

const program = new Command("replay")
  .description("Streams a data file through the public API.")
  .argument("<file>", "CSV or column file, .gz allowed")
  .option("-m, --mapping <name>", "a shipped mapping, or a JSON file of your own")
  .option("-u, --url <url>", "where Tact answers", process.env["TACT_URL"] ?? `http://localhost:${process.env["PORT"] ?? "3000"}`)
  .option("-k, --write-key <key>", "write key (default: TACT_WRITE_KEY, then the installation's own)")
  .option("-r, --rate <n>", "at most n events a second", wholeNumber)
  .option("-l, --limit <n>", "only the first n rows", wholeNumber)
  .option("--dry-run", "read and map everything, send nothing", false)
  .option("--restart", "begin at the first row again", false)
  .option("--errors <file>", "where rows with faults are written", "replay-errors.csv");

async function main(): Promise<void> {
  program.parse();
  const [file = ""] = program.args;
  const options = program.opts<{
    mapping?: string;
    url: string;
    writeKey?: string;
    rate?: number;
    limit?: number;
    dryRun: boolean;
    restart: boolean;
    errors: string;
  }>();
  const mapping = await loadMapping(file, options.mapping);
  const writeKey = options.writeKey ?? process.env["TACT_WRITE_KEY"] ?? (await credentialsKey());
  if (writeKey === undefined && !options.dryRun)
    throw new Error("No write key: give --write-key, or set TACT_WRITE_KEY, or start Tact once in this folder.");

  const run = createHash("sha256")
    .update(`${path.resolve(file)}\n${mapping.name}\n${options.url}\n${options.restart ? Date.now() : ""}`)
    .digest("hex")
    .slice(0, 16);
  const abort = new AbortController();
  process.once("SIGINT", () => abort.abort());
  const progress = createProgress(process.stderr);
  const report = await runReplay(
    {
      file,
      mapping,
      dryRun: options.dryRun,
      eventsPerSecond: options.rate,
      errorFile: options.errors,
      limitRows: options.limit,
      stateFile: path.join(process.env["TACT_DATA_DIR"] ?? ".data", "replay", `${run}.json`),
    },
    {
      url: options.url,
      writeKey: writeKey ?? "",
      signal: abort.signal,
      pause: async (ms) => {
        await pause(ms, undefined, { signal: abort.signal });
      },
      onWait: (reason) => process.stderr.write(`\nwaiting: ${reason}\n`),
    },
    progress,
    Date.now,
  );
  const { firstEvents, ...counts } = report;
  if (options.dryRun) process.stdout.write(`Nothing was sent. First events:\n${JSON.stringify(firstEvents, null, 2)}\n`);
  process.stdout.write(
    `${Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(" · ")}\n`,
  );
  if (report.rowFaults + report.refused > 0) process.stdout.write(`Rows with faults: ${options.errors}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof Error && error.name === "AbortError" ? "Stopped. The same command goes on from here." : error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
});
