import type { Sql } from "./pool.ts";

export type AddressKind = "email" | "phone";
export type StoredAddress = {
  customerId: string;
  kind: AddressKind;
  value: string;
  hash: string;
  verified: boolean;
  suppressed: boolean;
};

/** Addresses of the customers, each with whether its hash is suppressed, whoever else has it. */
export async function listFor(sql: Sql, customerIds: readonly string[]): Promise<StoredAddress[]> {
  const { rows } = await sql.query<{
    customer_id: string;
    kind: AddressKind;
    value: string;
    address_hash: string;
    verified: boolean;
    suppressed: boolean;
  }>(
    `SELECT a.customer_id, a.kind, a.value, a.address_hash, a.verified, s.address_hash IS NOT NULL AS suppressed
     FROM address a LEFT JOIN suppression s ON s.address_hash = a.address_hash WHERE a.customer_id = ANY($1::uuid[])`,
    [customerIds],
  );
  return rows.map((row) => ({
    customerId: row.customer_id,
    kind: row.kind,
    value: row.value,
    hash: row.address_hash,
    verified: row.verified,
    suppressed: row.suppressed,
  }));
}

/** Customers who have one of these addresses, for locks: suppressing an address concerns every profile that has it. */
export async function customersWith(sql: Sql, hashes: readonly string[]): Promise<string[]> {
  const { rows } = await sql.query<{ customer_id: string }>(
    "SELECT DISTINCT customer_id FROM address WHERE address_hash = ANY($1::uuid[])",
    [hashes],
  );
  return rows.map((row) => row.customer_id);
}

/** Nothing goes to these addresses any more. The first reason stays. */
export async function suppress(tx: Sql, hashes: readonly string[], reason: string, at: number): Promise<void> {
  await tx.query(
    `INSERT INTO suppression (address_hash, reason, created_at) SELECT hash, $2, $3 FROM unnest($1::uuid[]) AS hash
     ON CONFLICT (address_hash) DO NOTHING`,
    [hashes, reason, new Date(at)],
  );
}
