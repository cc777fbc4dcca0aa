import type { Sql } from "./pool.ts";

export type Control = { epoch: number; paused: boolean; shadow: boolean; catalogEpoch: number };

/** Waiters for the exclusive lock keep later shared ones out, so an emergency stop is never starved by a stream of gates. */
const CONTROL_LOCK = 7_470_002;

type Row = { epoch: number; sending_paused: boolean; shadow_mode: boolean; catalog_epoch: number };

/**
 * The control row under the shared control lock, held to the end of the transaction: nothing can be paused, stopped or opened as an
 * incident between this look and the commit. First in the order of locks.
 */
export async function lockShared(tx: Sql): Promise<Control> {
  await tx.query("SELECT pg_advisory_xact_lock_shared($1)", [CONTROL_LOCK]);
  const { rows } = await tx.query<Row>("SELECT epoch, sending_paused, shadow_mode, catalog_epoch FROM control WHERE id = 1 FOR SHARE");
  return toControl(rows[0]);
}

/**
 * Changes the control row under the exclusive lock: waits for every open gate, and once the transaction has committed no gate with
 * the old epoch commits any more.
 */
export async function changeExclusively(
  tx: Sql,
  change: { paused?: boolean; pausedReason?: string | null; shadow?: boolean; at: number },
): Promise<{ before: Control; after: Control }> {
  await tx.query("SELECT pg_advisory_xact_lock($1)", [CONTROL_LOCK]);
  const before = await tx.query<Row>("SELECT epoch, sending_paused, shadow_mode, catalog_epoch FROM control WHERE id = 1 FOR UPDATE");
  const after = await tx.query<Row>(
    `UPDATE control SET epoch = epoch + 1, sending_paused = coalesce($1, sending_paused), shadow_mode = coalesce($2, shadow_mode),
       paused_reason = CASE WHEN $1 IS NULL THEN paused_reason WHEN $1 THEN $3 ELSE NULL END, updated_at = $4
     WHERE id = 1 RETURNING epoch, sending_paused, shadow_mode, catalog_epoch`,
    [change.paused ?? null, change.shadow ?? null, change.pausedReason ?? null, new Date(change.at)],
  );
  return { before: toControl(before.rows[0]), after: toControl(after.rows[0]) };
}

/** The control row as it is, without a lock: for pages. */
export async function read(sql: Sql): Promise<Control> {
  const { rows } = await sql.query<Row>("SELECT epoch, sending_paused, shadow_mode, catalog_epoch FROM control WHERE id = 1");
  return toControl(rows[0]);
}

function toControl(row: Row | undefined): Control {
  if (row === undefined) throw new Error("the control row is missing: the database was not migrated");
  return { epoch: row.epoch, paused: row.sending_paused, shadow: row.shadow_mode, catalogEpoch: row.catalog_epoch };
}

/** Gives the company its name while it has none of its own; what somebody chose stays. */
export async function nameCompany(sql: Sql, name: string): Promise<void> {
  await sql.query(
    `UPDATE control SET company = jsonb_set(company, '{name}', to_jsonb($1::text)), catalog_epoch = catalog_epoch + 1
     WHERE id = 1 AND company->>'name' = 'Tact'`,
    [name],
  );
}
