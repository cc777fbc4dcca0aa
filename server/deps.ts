import type pg from "pg";
import { type Crashpoint, createCrashpoint } from "./config/crashpoint.ts";
import { type Sql, transact } from "./data/pool.ts";
import { uuidv7 } from "./ids.ts";
import type { Doorbell } from "./queue/doorbell.ts";

/** Every data module, by aggregate. The one place that names them all. */
export const data = {};

export type Clock = { now(): number };

/** What a use case may reach. A plain object: tests replace single parts, nothing is looked up by name. */
export type Deps = {
  clock: Clock;
  /** UUIDv7 at the clock's now. */
  newId(): string;
  pool: pg.Pool;
  transact<T>(work: (tx: Sql) => Promise<T>): Promise<T>;
  data: typeof data;
  queue: Doorbell;
  crashpoint: Crashpoint;
};

export type DepsParts = { pool: pg.Pool; queue: Doorbell; clock?: Clock; crashpoint?: Crashpoint };

export function createDeps(parts: DepsParts): Deps {
  const clock = parts.clock ?? { now: () => Date.now() };
  return {
    clock,
    newId: () => uuidv7(clock.now()),
    pool: parts.pool,
    transact: (work) => transact(parts.pool, work),
    data,
    queue: parts.queue,
    crashpoint: parts.crashpoint ?? createCrashpoint(),
  };
}
