import type pg from "pg";
import { type Crashpoint, createCrashpoint } from "./config/crashpoint.ts";
import * as artifacts from "./data/artifacts.ts";
import * as audit from "./data/audit.ts";
import { type CatalogCache, createCatalogCache } from "./data/catalog.ts";
import * as invitations from "./data/invitations.ts";
import { type Sql, transact } from "./data/pool.ts";
import * as sessions from "./data/sessions.ts";
import * as signInAttempts from "./data/sign-in-attempts.ts";
import * as users from "./data/users.ts";
import { uuidv7 } from "./ids.ts";
import type { Doorbell } from "./queue/doorbell.ts";

/** Every data module, by aggregate. The one place that names them all. */
export const data = {
  artifacts,
  audit,
  invitations,
  sessions,
  signInAttempts,
  users,
};

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
  catalog: CatalogCache;
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
    catalog: createCatalogCache(parts.pool),
    crashpoint: parts.crashpoint ?? createCrashpoint(),
  };
}
