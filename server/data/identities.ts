import type { IdentityPlan, KnownIdentity, NewCustomer, NewIdentity } from "../domain/pipeline/identify.ts";
import { textArray, uuidArray } from "./binary-array.ts";
import type { Sql } from "./pool.ts";

/**
 * Another transaction came first: what was read is no longer so. Carries the code of a serialisation failure, so that the whole
 * transaction is repeated.
 */
export class ReadStale extends Error {
  readonly code = "40001";
}

/** Starts the transaction again when what was read before the lock no longer holds under it. */
export function requireCurrent(isCurrent: boolean): void {
  if (!isCurrent) throw new ReadStale("a customer was merged by another transaction");
}

/** Everything that led to one customer now leads to another. */
export async function redirectIdentities(tx: Sql, from: string, into: string): Promise<void> {
  await tx.query("UPDATE identity SET customer_id = $2 WHERE customer_id = $1", [from, into]);
}

export async function loadIdentities(sql: Sql, actors: readonly string[]): Promise<KnownIdentity[]> {
  const result = await sql.query<{ actor: string; customer_id: string; linked_user: string | null; user_id: string | null }>(
    `SELECT i.actor, i.customer_id, i.linked_user, c.user_id FROM identity i JOIN customer c ON c.id = i.customer_id
     WHERE i.actor = ANY($1::uuid[])`,
    [uuidArray(actors)],
  );
  return result.rows.map((row) => ({
    actor: row.actor,
    customerId: row.customer_id,
    linkedUser: row.linked_user,
    userId: row.user_id,
  }));
}

/** Identities that lead to each customer, for reading all events of a person. */
export async function actorsOf(sql: Sql, customerId: string): Promise<string[]> {
  const result = await sql.query<{ actor: string }>("SELECT actor FROM identity WHERE customer_id = $1 ORDER BY created_at, actor", [
    customerId,
  ]);
  return result.rows.map((row) => row.actor);
}

export async function insertCustomers(tx: Sql, customers: readonly NewCustomer[], now: number): Promise<void> {
  if (customers.length === 0) return;
  await tx.query(
    `INSERT INTO customer (id, user_id, bucket_key, created_at, search)
     SELECT id, user_id, bucket_key, $4, lower(coalesce(user_id, '')) FROM unnest($1::uuid[], $2::text[], $3::text[]) AS t(id, user_id, bucket_key)`,
    [
      uuidArray(customers.map((customer) => customer.id)),
      textArray(customers.map((customer) => customer.userId)),
      textArray(customers.map((customer) => customer.bucketKey)),
      new Date(now),
    ],
  );
}

/** Identities in ascending order, so that two batches never wait for each other in a circle; whoever comes second starts again. */
export async function insertIdentities(tx: Sql, identities: readonly NewIdentity[], now: number): Promise<void> {
  if (identities.length === 0) return;
  const result = await tx.query(
    `INSERT INTO identity (actor, kind, value, customer_id, linked_user, created_at)
     SELECT actor, kind, value, customer_id, linked_user, $2
     FROM jsonb_to_recordset($1::jsonb) AS t(actor uuid, kind text, value text, customer_id uuid, linked_user uuid)
     ORDER BY actor ON CONFLICT (actor) DO NOTHING`,
    [
      JSON.stringify(
        identities.map(({ actor, kind, value, customerId, linkedUser }) => ({
          actor,
          kind,
          value,
          customer_id: customerId,
          linked_user: linkedUser,
        })),
      ),
      new Date(now),
    ],
  );
  if (result.rowCount !== identities.length) throw new ReadStale("an identity was created by another transaction");
}

/** Links devices to their first user and gives visitors the userId they turn out to have; both at most once, ever. */
export async function linkIdentities(tx: Sql, plan: Pick<IdentityPlan, "links" | "promotions">): Promise<void> {
  if (plan.links.length > 0) {
    const linked = await tx.query(
      `UPDATE identity i SET linked_user = t.linked_user FROM unnest($1::uuid[], $2::uuid[]) AS t(actor, linked_user)
       WHERE i.actor = t.actor AND i.linked_user IS NULL`,
      [uuidArray(plan.links.map((link) => link.actor)), uuidArray(plan.links.map((link) => link.linkedUser))],
    );
    if (linked.rowCount !== plan.links.length) throw new ReadStale("an identity was linked by another transaction");
  }
  if (plan.promotions.length > 0) {
    const promoted = await tx.query(
      `UPDATE customer c SET user_id = t.user_id, search = lower(t.user_id || ' ' || c.search)
       FROM unnest($1::uuid[], $2::text[]) AS t(id, user_id) WHERE c.id = t.id AND c.user_id IS NULL`,
      [
        uuidArray(plan.promotions.map((promotion) => promotion.customerId)),
        textArray(plan.promotions.map((promotion) => promotion.userId)),
      ],
    );
    if (promoted.rowCount !== plan.promotions.length) throw new ReadStale("a visitor was named by another transaction");
  }
}
