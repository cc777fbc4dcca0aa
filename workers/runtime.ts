import type { Deps } from "#server/deps.ts";
import type { LaneWorker, QueueConnection } from "#server/queue/connection.ts";
import { migrateQueueStore, openWorker } from "#server/queue/connection.ts";
import type { Lane } from "#server/queue/lanes.ts";
import type { Log } from "#server/telemetry/log.ts";
import { maintain, sweep } from "#server/usecases/pipeline/sweep.ts";
import { sweepMessages } from "#server/usecases/sending/sweep-messages.ts";
import { type LaneContext, laneWork } from "./lane-work.ts";
import { singleFlight } from "./single-flight.ts";

/** Work that nobody rang for is found after this long at the latest. */
const POLL_MS = 1_000;
const MAINTAIN_EVERY_MS = 3_600_000;
/** A lane that fails waits before it looks again: twice as long each time, up to this. */
const MAX_BACKOFF_MS = 5_000;
const FIRST_BACKOFF_MS = 100;

export type Runtime = {
  /** Stops taking work, lets what is under way finish, and settles then. */
  stop(): Promise<void>;
};

export type RuntimeOptions = { deps: Deps; connection: QueueConnection | null; lanes: readonly Lane[]; log: Log };

/**
 * Drains lanes until it is stopped. Three things start a drain: the bell, work that was just made here, and a look every second, so that
 * nothing depends on the queue. Never two drains of a lane at once. Whatever fails is logged and tried again with growing pauses; a
 * database or Redis that goes away and comes back needs nobody.
 */
export function startRuntime({ deps, connection, lanes, log }: RuntimeOptions): Runtime {
  const stopping = new AbortController();
  const isStopping = () => stopping.signal.aborted;
  const drains = new Map<Lane, ReturnType<typeof singleFlight>>();
  const context: LaneContext = {
    deps,
    log,
    isStopping,
    continueWith(lane) {
      const drain = drains.get(lane);
      if (drain === undefined) deps.queue.ring(lane);
      else void drain();
    },
  };
  for (const lane of lanes) drains.set(lane, singleFlight(retrying(lane, () => laneWork[lane](context))));
  const workers: LaneWorker[] = [];
  let isQueueBroken = true;
  const listening = connection === null ? Promise.resolve() : retrying("queue", () => listen(connection))();
  const look = singleFlight(retrying("sweep", lookAround));
  const poll = setInterval(() => void look(), POLL_MS);
  const care = singleFlight(retrying("maintenance", () => maintain(deps)));
  const caring = setInterval(() => void care(), MAINTAIN_EVERY_MS);
  void care();
  void look();

  function retrying(name: string, work: () => Promise<void>): () => Promise<void> {
    return async () => {
      for (let pauseMs = FIRST_BACKOFF_MS; !isStopping(); pauseMs = Math.min(2 * pauseMs, MAX_BACKOFF_MS)) {
        try {
          return await work();
        } catch (error) {
          log.error({ err: error, work: name, retryInMs: pauseMs }, "work failed and will be tried again");
          await pause(pauseMs, stopping.signal);
        }
      }
    };
  }

  /** The queue's tables may be gone: they hold nothing that matters, so they are simply made again. */
  async function mendQueue(queue: QueueConnection): Promise<void> {
    if (!isQueueBroken) return;
    if (queue.kind === "postgres") await migrateQueueStore(queue.pool);
    isQueueBroken = false;
  }

  async function listen(queue: QueueConnection): Promise<void> {
    await mendQueue(queue);
    if (!isStopping()) workers.push(...lanes.map((lane) => openLane(queue, lane)));
  }

  async function lookAround(): Promise<void> {
    if (connection !== null && workers.length > 0) await mendQueue(connection);
    const { due, quarantined, suspended, suspects } = await sweep(deps);
    if (suspects > 0) log.warn({ events: suspects }, "a worker died; its events are tried again in small groups");
    if (quarantined > 0) log.error({ events: quarantined }, "events were put aside after too many tries");
    for (const { kind, key } of suspended) log.error({ kind, key }, "a definition failed too often and was suspended");
    if (due.process) context.continueWith("process");
    if (due.wake) {
      context.continueWith("wake");
      context.continueWith("bulk");
    }
    if (!drains.has("send")) return;
    await sweepMessages(deps);
    context.continueWith("send");
  }

  function openLane(queue: QueueConnection, lane: Lane): LaneWorker {
    const worker = openWorker(queue, lane, async () => {
      if (!isStopping()) await drains.get(lane)?.();
    });
    worker.on("error", (error) => {
      isQueueBroken = true;
      log.warn({ err: error, lane }, "the queue is away; work is found by looking");
    });
    void runForever(worker, lane);
    return worker;
  }

  async function runForever(worker: LaneWorker, lane: Lane): Promise<void> {
    for (let pauseMs = FIRST_BACKOFF_MS; !isStopping(); pauseMs = Math.min(2 * pauseMs, MAX_BACKOFF_MS)) {
      try {
        await worker.run();
        return;
      } catch (error) {
        if (isStopping()) return;
        log.warn({ err: error, lane, retryInMs: pauseMs }, "listening to the queue failed and will be tried again");
        await pause(pauseMs, stopping.signal);
      }
    }
  }

  return {
    async stop() {
      stopping.abort();
      clearInterval(poll);
      clearInterval(caring);
      await Promise.allSettled([...drains.values(), look, care].map((drain) => drain.idle()));
      await listening;
      await Promise.allSettled(workers.map((worker) => worker.close()));
    },
  };
}

/** Waits, or less when the signal comes. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
