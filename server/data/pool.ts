import pg from "pg";

/** What data functions need: a pool or a transaction's client. */
export type Sql = {
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<pg.QueryResult<Row>>;
};
export type Transact = <T>(work: (tx: Sql) => Promise<T>) => Promise<T>;

// bigint columns here are counters and milliseconds far below 2^53; numeric stays text.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * One pool per process, shared with the queue (its tables live in schema `bullmq`, found through the search path). Idle clients
 * that lose their server are dropped by the pool; the handler keeps that from ending the process. `lazyCommits` is for what can be made
 * again: its commits do not wait for the disk.
 */
export function createPool(
  url: string,
  options: { max: number; name: string; lazyCommits?: boolean; onError?: (error: Error) => void },
): pg.Pool {
  const commits = options.lazyCommits === true ? " -c synchronous_commit=off" : "";
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max,
    application_name: options.name,
    options: `-c search_path=public,bullmq -c timezone=UTC -c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000${commits}`,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  pool.on("error", (error) => options.onError?.(error));
  // Every queue and worker that shares the pool listens on it: four lanes, twice, and the ticker.
  pool.setMaxListeners(30);
  return pool;
}

const retryableStates = new Set(["40P01", "40001"]);
const MAX_TRIES = 5;

function sqlStateOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** True when the database is away or refusing, so that the same work can succeed later. */
export function isConnectionFault(error: unknown): boolean {
  const code = sqlStateOf(error);
  if (code === undefined) return error instanceof Error && /timeout|terminated|ended/i.test(error.message);
  return (
    code.startsWith("08") ||
    code.startsWith("57P") ||
    code.startsWith("53") ||
    ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOENT", "ETIMEDOUT"].includes(code)
  );
}

/**
 * Runs `work` in one transaction. Deadlocks and serialisation failures repeat the whole of it (work must have no effects of its
 * own outside the transaction); any other error rolls back and is thrown on.
 */
export async function transact<T>(pool: pg.Pool, work: (tx: Sql) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("BEGIN");
      const result = await work(client);
      await client.query("COMMIT");
      return result;
    } catch (error) {
      const state = sqlStateOf(error);
      await client.query("ROLLBACK").catch((rollbackError: Error) => {
        broken = rollbackError;
      });
      if (state === undefined || !retryableStates.has(state) || attempt >= MAX_TRIES) throw error;
    } finally {
      client.release(broken);
    }
  }
}
