import { type LaneQueue, openQueue, type QueueConnection } from "./connection.ts";
import { type Lane, laneNames } from "./lanes.ts";

/** Tells a lane that there is work. Never throws and never waits: a bell that is not heard is made good by the poll. */
export type Doorbell = {
  ring(lane: Lane): void;
  close(): Promise<void>;
};

const MIN_INTERVAL_MS = 10;

/**
 * Rings at most once every 10 ms per lane: the first ring goes out at once, later ones inside the interval become one ring at its
 * end. Jobs of one lane de-duplicate; a ring during a running drain makes exactly one more drain.
 */
export function createDoorbell(connection: QueueConnection, options: { onError: (lane: Lane, error: unknown) => void }): Doorbell {
  const queues = new Map<Lane, LaneQueue>();
  const waiting = new Map<Lane, NodeJS.Timeout>();
  const again = new Set<Lane>();
  const underWay = new Set<Promise<unknown>>();

  function queueOf(lane: Lane): LaneQueue {
    const known = queues.get(lane);
    if (known !== undefined) return known;
    const opened = openQueue(connection, lane);
    opened.on("error", (error) => options.onError(lane, error));
    queues.set(lane, opened);
    return opened;
  }

  function send(lane: Lane): void {
    const job = queueOf(lane)
      .add("drain", {}, { deduplication: { id: lane, keepLastIfActive: true } })
      .catch((error: unknown) => options.onError(lane, error));
    underWay.add(job);
    void job.finally(() => underWay.delete(job));
  }

  return {
    ring(lane) {
      if (waiting.has(lane)) {
        again.add(lane);
        return;
      }
      send(lane);
      waiting.set(
        lane,
        setTimeout(() => {
          waiting.delete(lane);
          if (again.delete(lane)) this.ring(lane);
        }, MIN_INTERVAL_MS),
      );
    },
    async close() {
      for (const timer of waiting.values()) clearTimeout(timer);
      for (const lane of laneNames) if (again.delete(lane)) send(lane);
      waiting.clear();
      await Promise.allSettled(underWay);
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
    },
  };
}

/** For commands that run beside the product: nobody is rung, the poll finds what they left within a second. */
export const silentDoorbell: Doorbell = { ring: () => {}, close: async () => {} };
