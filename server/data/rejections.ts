import type { Sql } from "./pool.ts";

/** Rejected events of one source, one hour and one code. `sample` names a field, never a value. */
export type RejectionCount = { sourceId: string; hour: number; code: string; count: number; sample: string };

/** Adds counts to the hour's. Keys are written in order, so that two gateways never block each other in a circle. */
export async function addRejections(sql: Sql, counts: readonly RejectionCount[]): Promise<void> {
  await sql.query(
    `INSERT INTO event_rejection (source_id, hour, code, count, sample)
     SELECT source_id, to_timestamp(hour / 1000.0), code, count, sample
     FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[], $5::text[]) AS t(source_id, hour, code, count, sample)
     ORDER BY source_id, hour, code
     ON CONFLICT (source_id, hour, code) DO UPDATE SET count = event_rejection.count + excluded.count, sample = excluded.sample`,
    [
      counts.map((row) => row.sourceId),
      counts.map((row) => row.hour),
      counts.map((row) => row.code),
      counts.map((row) => row.count),
      counts.map((row) => row.sample),
    ],
  );
}
