import type { Sql } from "./pool.ts";

/**
 * Lets this transaction commit without waiting for the disk. For work that can be done again from what was durable before it: when the
 * server itself crashes, the last such commits may be undone, as a whole and never without whatever was committed after them. The
 * next commit that waits makes them durable too; so a provider is only ever called for what is on disk.
 */
export async function commitLazily(tx: Sql): Promise<void> {
  await tx.query("SET LOCAL synchronous_commit = off");
}
