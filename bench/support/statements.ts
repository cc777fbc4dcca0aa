import pg from "pg";

/** `BENCH_STATEMENTS=1` prints where the database's time went. It costs a little, so figures to keep are taken without. */
export const watchesStatements = process.env.BENCH_STATEMENTS === "1";

/** Counts from the next start of the server on. */
export async function enableStatistics(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: new URL("/postgres", url).href });
  await client.connect();
  await client.query("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
  await client.end();
}

export async function costliestStatements(pool: pg.Pool): Promise<string> {
  await pool.query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
  const { rows } = await pool.query<{ total: number; calls: number; mean: number; rows: number; query: string }>(
    `SELECT total_exec_time AS total, calls::int, mean_exec_time AS mean, rows::int, query FROM pg_stat_statements ORDER BY 1 DESC LIMIT 30`,
  );
  const lines = rows.map(({ total, calls, mean, rows: count, query }) => {
    const figures = [`${total.toFixed(0)} ms`, `${calls} ×`, `${mean.toFixed(2)} ms`, `${count} rows`].map((text) => text.padStart(11));
    return `${figures.join("")}  ${query.replaceAll(/\s+/g, " ").slice(0, 140)}\n`;
  });
  return `${lines.join("")}\n`;
}
