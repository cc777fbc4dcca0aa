import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { mapRow, type RowFault } from "./map-row.ts";
import type { Mapping } from "./mapping.ts";
import type { Progress, ProgressState } from "./progress.ts";
import { readRows } from "./read-rows.ts";
import { type Sender, sendBatch, type Tracked } from "./send-batches.ts";

export type ReplayOptions = {
  file: string;
  mapping: Mapping;
  /** Reads and maps everything, sends nothing. */
  dryRun: boolean;
  eventsPerSecond: number | undefined;
  /** Where the row reached so far is written down; a second run goes on from there. */
  stateFile: string;
  errorFile: string;
  limitRows: number | undefined;
};
export type ReplayReport = {
  rows: number;
  skippedRows: number;
  events: number;
  accepted: number;
  duplicates: number;
  refused: number;
  rowFaults: number;
  firstEvents: unknown[];
};

const stateSchema = z.object({ doneRows: z.number().int().min(0) });
const BATCH_EVENTS = 500;
const BATCH_BYTES = 400_000;

async function readState(file: string): Promise<number> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return 0;
  const parsed = stateSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data.doneRows : 0;
}

async function writeState(file: string, doneRows: number): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify({ doneRows }));
  await rename(`${file}.new`, file);
}

function csvCell(value: string | number): string {
  const text = String(value);
  const guarded = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

function faultLine(fault: RowFault & { code?: string }): string {
  return [fault.row, fault.code ?? "unreadable", fault.field, fault.message].map(csvCell).join(",");
}

/** Streams a file through the public API. Memory does not grow with the file; a run that was cut off goes on where it stopped. */
export async function runReplay(options: ReplayOptions, sender: Sender, progress: Progress, now: () => number): Promise<ReplayReport> {
  const startedAt = now();
  const doneRows = options.dryRun ? 0 : await readState(options.stateFile);
  const report: ReplayReport = {
    rows: 0,
    skippedRows: 0,
    events: 0,
    accepted: 0,
    duplicates: 0,
    refused: 0,
    rowFaults: 0,
    firstEvents: [],
  };
  const seen = new Set<string>();
  const faults: string[] = [];
  let batch: Tracked[] = [];
  let batchBytes = 0;
  let lastRow = 0;

  // Reading twice costs seconds and tells how far the run is; the position in a compressed stream would not.
  let rowsTotal = 0;
  for await (const row of readRows(options.file, options.mapping)) rowsTotal = row.number;
  if (options.limitRows !== undefined) rowsTotal = Math.min(rowsTotal, options.limitRows);
  const state = (): ProgressState => ({
    rows: report.rows,
    rowsDone: lastRow,
    rowsTotal,
    events: report.events,
    faults: report.rowFaults + report.refused,
    elapsedMs: now() - startedAt,
  });

  async function flush(): Promise<void> {
    if (batch.length > 0 && !options.dryRun) {
      const outcome = await sendBatch(sender, batch);
      report.accepted += outcome.accepted;
      report.duplicates += outcome.duplicates;
      report.refused += outcome.refused.length;
      for (const refused of outcome.refused) faults.push(faultLine(refused));
      await writeState(options.stateFile, lastRow);
      if (options.eventsPerSecond !== undefined) {
        const aheadMs = (report.events / options.eventsPerSecond) * 1_000 - (now() - startedAt);
        if (aheadMs > 0) await sender.pause(aheadMs);
      }
    }
    batch = [];
    batchBytes = 0;
    progress.show(state());
  }

  for await (const row of readRows(options.file, options.mapping)) {
    if (options.limitRows !== undefined && row.number > options.limitRows) break;
    report.rows += 1;
    const mapped = mapRow(options.mapping, row, seen);
    if (row.number <= doneRows) {
      report.skippedRows += 1;
      lastRow = row.number;
      continue;
    }
    report.rowFaults += mapped.faults.length;
    for (const fault of mapped.faults) faults.push(faultLine(fault));
    for (const event of mapped.events) {
      if (report.firstEvents.length < 3) report.firstEvents.push(event);
      report.events += 1;
      batch.push({ row: row.number, event });
      batchBytes += JSON.stringify(event).length;
    }
    lastRow = row.number;
    if (batch.length >= BATCH_EVENTS || batchBytes >= BATCH_BYTES) await flush();
  }
  await flush();
  progress.end(state());
  if (faults.length > 0) await writeFile(options.errorFile, `row,code,field,message\n${faults.join("\n")}\n`);
  return report;
}
