import type { Rejection } from "#server/contracts/ingest/verdict.ts";
import type { Deps } from "#server/deps.ts";

const HOUR_MS = 3_600_000;
const FLUSH_EVERY_MS = 1_000;
const MAX_SAMPLE_CHARS = 200;

export type RejectionCounter = {
  count(sourceId: string, rejection: Rejection): void;
  /** Writes what was counted; keeps it for later when the database is away. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

type Counted = { sourceId: string; hour: number; code: string; count: number; sample: string };

/** Counts rejected events per source, hour and code, so that their owner sees them. Written once a second, never in a request. */
export function createRejectionCounter(deps: Deps): RejectionCounter {
  let counts = new Map<string, Counted>();
  let timer: NodeJS.Timeout | undefined;

  function add(row: Counted): void {
    const key = `${row.sourceId} ${row.hour} ${row.code}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, row);
    else counts.set(key, { ...known, count: known.count + row.count, sample: row.sample });
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const rows = [...counts.values()];
    if (rows.length === 0) return;
    counts = new Map();
    try {
      await deps.data.rejections.addRejections(deps.pool, rows);
    } catch {
      // counted again with the next flush; the events themselves were answered already
      for (const row of rows) add(row);
      timer ??= setTimeout(() => void flush(), FLUSH_EVERY_MS * 5);
      timer.unref();
    }
  }

  return {
    count(sourceId, rejection) {
      const hour = Math.floor(deps.clock.now() / HOUR_MS) * HOUR_MS;
      const sample = rejection.field.slice(0, MAX_SAMPLE_CHARS).toWellFormed().replaceAll("\u0000", "");
      add({ sourceId, hour, code: rejection.code, count: 1, sample });
      timer ??= setTimeout(() => void flush(), FLUSH_EVERY_MS);
      timer.unref();
    },
    flush,
    async close() {
      await flush();
      clearTimeout(timer);
    },
  };
}
