import { AppError } from "#server/errors.ts";

export type MicroBatcherOptions<Item, Result> = {
  /** Stores the items and returns one result for each, in order. Called with whole submissions only. */
  flush(items: readonly Item[]): Promise<readonly Result[]>;
  /** A flush takes submissions until it holds this many items. */
  maxItems: number;
  maxInFlight: number;
  /** How long a submission may wait for company while another flush is under way. */
  gatherMs: number;
  /** More waiting items than this are refused. */
  maxQueued: number;
  /** A submission without a result by then fails; what was begun for it may still be stored. */
  timeoutMs: number;
};

export type MicroBatcher<Item, Result> = {
  /** Resolves once the items are stored. Fails with `overloaded` or `unavailable`; the caller may send again. */
  submit(items: readonly Item[]): Promise<readonly Result[]>;
  queued(): number;
  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void>;
};

type Submission<Item, Result> = {
  items: readonly Item[];
  resolve(results: readonly Result[]): void;
  reject(error: unknown): void;
  timer: NodeJS.Timeout;
  settled: boolean;
  waiting: boolean;
};

/**
 * Group commit: submissions that arrive together are stored together. Alone, a submission goes out in the same turn of the event
 * loop; under load each flush takes what came while the ones before it were under way, so that the cost of a commit is shared.
 */
export function createMicroBatcher<Item, Result>(options: MicroBatcherOptions<Item, Result>): MicroBatcher<Item, Result> {
  let queue: Submission<Item, Result>[] = [];
  let queuedItems = 0;
  let inFlight = 0;
  let scheduled = false;
  let gathering: NodeJS.Timeout | undefined;
  let idleWaiters: (() => void)[] = [];

  function schedule(): void {
    if (queue.length === 0) return;
    if (inFlight === 0 || (inFlight < options.maxInFlight && queuedItems >= options.maxItems)) {
      if (scheduled) return;
      scheduled = true;
      setImmediate(() => {
        scheduled = false;
        pump();
      });
      return;
    }
    if (inFlight < options.maxInFlight) gathering ??= setTimeout(pump, options.gatherMs);
  }

  function pump(): void {
    clearTimeout(gathering);
    gathering = undefined;
    if (inFlight < options.maxInFlight && queue.length > 0) {
      const batch = take();
      if (batch.length > 0) void run(batch);
      else wakeIdle();
    }
    schedule();
  }

  function take(): Submission<Item, Result>[] {
    const batch: Submission<Item, Result>[] = [];
    let items = 0;
    let taken = 0;
    for (const submission of queue) {
      if (!submission.settled) {
        if (items > 0 && items + submission.items.length > options.maxItems) break;
        items += submission.items.length;
        queuedItems -= submission.items.length;
        submission.waiting = false;
        batch.push(submission);
      }
      taken += 1;
    }
    queue = queue.slice(taken);
    return batch;
  }

  async function run(batch: readonly Submission<Item, Result>[]): Promise<void> {
    inFlight += 1;
    try {
      const results = await options.flush(batch.flatMap((submission) => submission.items));
      let at = 0;
      for (const submission of batch) {
        settle(submission, () => submission.resolve(results.slice(at, at + submission.items.length)));
        at += submission.items.length;
      }
    } catch (error) {
      for (const submission of batch) settle(submission, () => submission.reject(error));
    } finally {
      inFlight -= 1;
      schedule();
      wakeIdle();
    }
  }

  function wakeIdle(): void {
    if (inFlight > 0 || queue.length > 0) return;
    for (const wake of idleWaiters) wake();
    idleWaiters = [];
  }

  function settle(submission: Submission<Item, Result>, how: () => void): void {
    if (submission.settled) return;
    submission.settled = true;
    clearTimeout(submission.timer);
    how();
  }

  return {
    submit(items) {
      if (items.length === 0) return Promise.resolve([]);
      if (queuedItems + items.length > options.maxQueued && queuedItems > 0) {
        return Promise.reject(
          new AppError("overloaded", "More events arrive than can be stored: send again shortly.", { retryAfterSeconds: 1 }),
        );
      }
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          if (submission.waiting) queuedItems -= items.length;
          settle(submission, () =>
            reject(new AppError("unavailable", "The database does not answer: send again.", { retryAfterSeconds: 2 })),
          );
        }, options.timeoutMs);
        const submission: Submission<Item, Result> = { items, resolve, reject, timer, settled: false, waiting: true };
        queue.push(submission);
        queuedItems += items.length;
        schedule();
      });
    },
    queued: () => queuedItems,
    idle() {
      if (inFlight === 0 && queue.length === 0) return Promise.resolve();
      return new Promise((resolve) => idleWaiters.push(resolve));
    },
  };
}
