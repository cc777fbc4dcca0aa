import type { NewEvent, StoreOutcome } from "#server/contracts/ingest/source.ts";
import type { Rejection } from "#server/contracts/ingest/verdict.ts";
import type { Deps } from "#server/deps.ts";
import { AppError, messageOf } from "#server/errors.ts";
import { createMicroBatcher } from "./micro-batcher.ts";
import { createRejectionCounter } from "./rejection-counter.ts";

export type EventIntakeOptions = {
  /** Events waiting to be processed above which new ones are put off. */
  maxBacklog: number;
  backlogEveryMs: number;
  maxItems: number;
  maxInFlight: number;
  gatherMs: number;
  maxQueued: number;
  timeoutMs: number;
  onError(what: string, error: unknown): void;
};

/** What one process keeps between requests in order to store events fast. */
export type EventIntake = {
  /** Resolves after the commit, with one outcome per event. */
  store(events: readonly NewEvent[]): Promise<readonly StoreOutcome[]>;
  countRejection(sourceId: string, rejection: Rejection): void;
  /** Why events are not taken at the moment; empty when they are. */
  obstacles(): string[];
  /** Takes nothing more, finishes what it has. */
  close(): Promise<void>;
};

export const intakeDefaults: EventIntakeOptions = {
  maxBacklog: 2_000_000,
  backlogEveryMs: 2_000,
  maxItems: 500,
  maxInFlight: 2,
  gatherMs: 2,
  maxQueued: 20_000,
  timeoutMs: 4_000,
  onError: () => {},
};

export function createEventIntake(deps: Deps, given: Partial<EventIntakeOptions> = {}): EventIntake {
  const options = { ...intakeDefaults, ...given };
  const rejections = createRejectionCounter(deps);
  let backlog = 0;
  let closing = false;
  const batcher = createMicroBatcher<NewEvent, StoreOutcome>({ ...options, flush: (events) => storeOrSplit(deps, events, options) });

  const watch = setInterval(() => {
    deps.data.events.estimateBacklog(deps.pool).then(
      (count) => {
        backlog = count;
      },
      (error: unknown) => options.onError("could not read the backlog", error),
    );
  }, options.backlogEveryMs);
  watch.unref();

  return {
    async store(events) {
      if (closing) throw new AppError("unavailable", "This process is stopping: send again.", { retryAfterSeconds: 1 });
      if (backlog > options.maxBacklog) {
        throw new AppError("overloaded", "Too many events wait to be processed: send again later.", { retryAfterSeconds: 10 });
      }
      const outcomes = await batcher.submit(events);
      if (outcomes.includes("stored")) deps.queue.ring("process");
      return outcomes;
    },
    countRejection: (sourceId, rejection) => rejections.count(sourceId, rejection),
    obstacles() {
      const reasons: string[] = [];
      if (closing) reasons.push("stopping");
      if (backlog > options.maxBacklog) reasons.push(`${backlog} events wait to be processed`);
      return reasons;
    },
    async close() {
      closing = true;
      clearInterval(watch);
      await batcher.idle();
      await rejections.close();
    },
  };
}

/**
 * Stores a batch in one statement. When the database refuses a row for what it holds, the batch is halved until the row is alone:
 * its neighbours are stored. Any other fault is the database's, and nothing is said about any event.
 */
async function storeOrSplit(deps: Deps, events: readonly NewEvent[], options: EventIntakeOptions): Promise<StoreOutcome[]> {
  try {
    const duplicates = await deps.data.events.insertEvents(deps.pool, events, { timeoutMs: options.timeoutMs });
    return events.map((_, index) => (duplicates.has(index) ? "duplicate" : "stored"));
  } catch (error) {
    if (!deps.data.events.isRowFault(error)) {
      options.onError("could not store events", error);
      throw new AppError("unavailable", "The database is away: send again.", { cause: error, retryAfterSeconds: 2 });
    }
    if (events.length === 1) {
      options.onError(`the database refused event ${events[0]?.id}`, messageOf(error));
      return ["unstorable"];
    }
    const middle = Math.ceil(events.length / 2);
    const first = await storeOrSplit(deps, events.slice(0, middle), options);
    const second = await storeOrSplit(deps, events.slice(middle), options);
    return [...first, ...second];
  }
}
