import type * as z from "zod";
import type { Refusal, refusalsInput, refusalsOutput, SourceList, SourceSummary, SourceView } from "#server/contracts/console/sources.ts";
import { rejectionWords } from "#server/contracts/ingest/rejection-words.ts";
import type { Deps } from "#server/deps.ts";
import { AppError } from "#server/errors.ts";

const HOUR_MS = 3_600_000;
const HOURS = 24;

type Reads = Deps["data"]["consoleSources"];
type Row = Awaited<ReturnType<Reads["listSources"]>>[number];
type Found = {
  now: number;
  firstHour: number;
  rows: Row[];
  keys: Awaited<ReturnType<Reads["listKeys"]>>;
  volumes: Awaited<ReturnType<Reads["countByHour"]>>;
  rejections: Awaited<ReturnType<Reads["listRejections"]>>;
};

/** The clock hour in which the last 24 began. */
function firstHourOf(now: number): number {
  return Math.floor(now / HOUR_MS) * HOUR_MS - (HOURS - 1) * HOUR_MS;
}

async function find(deps: Deps, id: string | null): Promise<Found> {
  const now = deps.clock.now();
  const firstHour = firstHourOf(now);
  const read = deps.data.consoleSources;
  const [rows, volumes, rejections] = await Promise.all([
    read.listSources(deps.pool, id),
    read.countByHour(deps.pool, firstHour, now - HOUR_MS),
    read.listRejections(deps.pool, { sourceId: id, since: firstHour }),
  ]);
  const keys = await read.listKeys(
    deps.pool,
    rows.map((row) => row.id),
  );
  return { now, firstHour, rows, keys, volumes, rejections };
}

function summary(row: Row, { keys, volumes, rejections }: Found): SourceSummary {
  const { id, key, name, kind, disabledAt, quarantined } = row;
  const own = volumes.rows.filter((each) => each.sourceId === id);
  return {
    id,
    key,
    name,
    kind,
    disabledAt,
    quarantined,
    keys: keys.filter((each) => each.sourceId === id).map(({ sourceId: _sourceId, ...rest }) => rest),
    lastHour: sum(own.map((each) => each.lastHour)),
    lastDay: sum(own.map((each) => each.count)),
    refused: sum(rejections.filter((each) => each.sourceId === id).map((each) => each.count)),
    newestAt: own.length === 0 ? null : Math.max(...own.map((each) => each.newestAt)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Every source with its keys and what came from it in the last hour and the last 24. */
export async function listSources(deps: Deps): Promise<SourceList> {
  const found = await find(deps, null);
  const { now, volumes } = found;
  return { now, countedFrom: volumes.countedFrom, complete: volumes.complete, sources: found.rows.map((row) => summary(row, found)) };
}

/** One source: how it is set up, its keys, and its volumes hour by hour. */
export async function showSource(deps: Deps, input: { id: string; url: string }): Promise<SourceView> {
  const found = await find(deps, input.id);
  const { now, firstHour, volumes, rejections } = found;
  const row = found.rows[0];
  if (row === undefined) throw new AppError("not_found", "There is no such source.");
  const received = new Map(volumes.rows.filter((each) => each.sourceId === row.id).map((each) => [each.hour, each.count]));
  return {
    ...summary(row, found),
    now,
    countedFrom: volumes.countedFrom,
    complete: volumes.complete,
    createdAt: row.createdAt,
    triggerMaxAgeMs: row.triggerMaxAgeMs,
    allowedOrigins: row.allowedOrigins,
    hasSecret: row.hasSecret,
    url: input.url,
    hours: Array.from({ length: HOURS }, (_, index) => {
      const hour = firstHour + index * HOUR_MS;
      return {
        hour,
        received: received.get(hour) ?? 0,
        refused: sum(rejections.filter((each) => each.hour === hour).map((each) => each.count)),
      };
    }),
  };
}

/** Refused events of the last 24 hours by reason, the most frequent first, each with what it means and how to end it. */
export async function listRefusals(deps: Deps, input: z.infer<typeof refusalsInput>): Promise<z.infer<typeof refusalsOutput>> {
  const now = deps.clock.now();
  const since = firstHourOf(now);
  const rows = await deps.data.consoleSources.listRejections(deps.pool, { sourceId: input.sourceId, since });
  const byCode = new Map<string, typeof rows>();
  for (const row of rows) byCode.set(row.code, [...(byCode.get(row.code) ?? []), row]);
  const items: Refusal[] = [...byCode].map(([code, own]) => ({
    code,
    ...rejectionWords(code),
    count: sum(own.map((each) => each.count)),
    lastHour: own[0]?.hour ?? since,
    hours: own.map((each) => ({ hour: each.hour, source: each.sourceName, count: each.count, sample: each.sample })),
  }));
  return { since, items: items.toSorted((a, b) => b.count - a.count) };
}
