import type { Person } from "../domain/pipeline/step.ts";
import type { Address, AddressKind, Mark, Profile } from "../domain/profile/profile.ts";
import { addressHash } from "../ids.ts";
import { timestampArray, uuidArray } from "./binary-array.ts";
import type { Sql } from "./pool.ts";

/** A customer row as the pipeline holds it, under its lock. Addresses are loaded apart, where an event may change them. */
export type LockedCustomer = {
  person: Person;
  profile: Profile;
  mergedInto: string | null;
  contaminated: boolean;
  erasedAt: number | null;
  lastSeenAt: number | null;
};

type CustomerRow = {
  id: string;
  user_id: string | null;
  bucket_key: string;
  merged_into: string | null;
  contaminated: boolean;
  traits: Record<string, unknown>;
  trait_times: Record<string, Mark>;
  locale: string | null;
  locale_source: "told" | "context" | null;
  timezone: string | null;
  timezone_source: "told" | "context" | null;
  last_seen_at: Date | null;
  erased_at: Date | null;
};

function toCustomer(row: CustomerRow): LockedCustomer {
  return {
    person: { id: row.id, bucketKey: row.bucket_key, userId: row.user_id },
    profile: {
      traits: row.traits,
      marks: row.trait_times,
      locale: row.locale === null ? null : { value: row.locale, source: row.locale_source ?? "context" },
      timezone: row.timezone === null ? null : { value: row.timezone, source: row.timezone_source ?? "context" },
      addresses: {},
    },
    mergedInto: row.merged_into,
    contaminated: row.contaminated,
    erasedAt: row.erased_at?.getTime() ?? null,
    lastSeenAt: row.last_seen_at?.getTime() ?? null,
  };
}

const customerColumns = `id, user_id, bucket_key, merged_into, contaminated, traits, trait_times, locale, locale_source, timezone,
  timezone_source, last_seen_at, erased_at`;

/**
 * Locks customers in ascending order in one statement: everything about a customer is decided under this lock. What hangs on a
 * customer must be read in later statements, which see what the holder before us wrote.
 */
export async function lockCustomers(tx: Sql, ids: readonly string[]): Promise<Map<string, LockedCustomer>> {
  const result = await tx.query<CustomerRow>(
    `SELECT ${customerColumns} FROM customer WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`,
    [uuidArray(ids)],
  );
  return new Map(result.rows.map((row) => [row.id, toCustomer(row)]));
}

/** As `lockCustomers`, without waiting: customers that somebody else works on are left out. */
export async function lockFreeCustomers(tx: Sql, ids: readonly string[]): Promise<Map<string, LockedCustomer>> {
  const result = await tx.query<CustomerRow>(
    `SELECT ${customerColumns} FROM customer WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED`,
    [uuidArray(ids)],
  );
  return new Map(result.rows.map((row) => [row.id, toCustomer(row)]));
}

/** Living customers after `cursor`, in ascending order, for fan-outs: read without a lock. `zones` limits to customers of these zones. */
export async function pageCustomers(
  sql: Sql,
  page: { cursor: string | null; limit: number; zone: string | null; zoneIsDefault: boolean },
): Promise<LockedCustomer[]> {
  const result = await sql.query<CustomerRow>(
    `SELECT ${customerColumns} FROM customer
     WHERE merged_into IS NULL AND erased_at IS NULL AND ($1::uuid IS NULL OR id > $1)
       AND ($3::text IS NULL OR timezone = $3 OR ($4 AND timezone IS NULL))
     ORDER BY id LIMIT $2`,
    [page.cursor, page.limit, page.zone, page.zoneIsDefault],
  );
  return result.rows.map(toCustomer);
}

/** Time zones customers are known to live in. */
export async function listZones(sql: Sql): Promise<string[]> {
  const result = await sql.query<{ timezone: string }>(
    // Skips from one zone to the next through the index instead of reading every customer.
    `WITH RECURSIVE zone AS (
       (SELECT timezone FROM customer WHERE timezone IS NOT NULL ORDER BY timezone LIMIT 1)
       UNION ALL
       SELECT (SELECT c.timezone FROM customer c WHERE c.timezone > zone.timezone ORDER BY c.timezone LIMIT 1)
       FROM zone WHERE zone.timezone IS NOT NULL)
     SELECT timezone FROM zone WHERE timezone IS NOT NULL`,
  );
  return result.rows.map((row) => row.timezone);
}

/** The living customer of a userId, after merges. */
export async function findByUserId(sql: Sql, userIdentity: string): Promise<string | null> {
  const result = await sql.query<{ customer_id: string }>(
    `SELECT i.customer_id FROM identity i JOIN customer c ON c.id = i.customer_id WHERE i.actor = $1 AND c.erased_at IS NULL`,
    [userIdentity],
  );
  return result.rows[0]?.customer_id ?? null;
}

type AddressRow = {
  customer_id: string;
  kind: AddressKind;
  value: string;
  verified: boolean;
  updated_at: Date;
  source_key: string | null;
};

export async function loadAddresses(sql: Sql, ids: readonly string[]): Promise<Map<string, Profile["addresses"]>> {
  const byCustomer = new Map<string, Profile["addresses"]>();
  if (ids.length === 0) return byCustomer;
  const result = await sql.query<AddressRow>(
    `SELECT a.customer_id, a.kind, a.value, a.verified, a.updated_at, s.key AS source_key
     FROM address a LEFT JOIN source s ON s.id = a.source_id WHERE a.customer_id = ANY($1::uuid[])`,
    [uuidArray(ids)],
  );
  for (const row of result.rows) {
    const addresses = byCustomer.get(row.customer_id) ?? {};
    addresses[row.kind] = {
      value: row.value,
      verified: row.verified,
      updatedAt: row.updated_at.getTime(),
      sourceKey: row.source_key ?? "",
    };
    byCustomer.set(row.customer_id, addresses);
  }
  return byCustomer;
}

/** What a person types to find this customer: user id, name and e-mail, in lower case. */
function searchText(userId: string | null, profile: Profile): string {
  const { name, firstName, lastName } = profile.traits;
  return [userId, name, firstName, lastName, profile.addresses.email?.value, profile.addresses.phone?.value]
    .filter((part) => typeof part === "string" && part !== "")
    .join(" ")
    .toLowerCase()
    .slice(0, 500);
}

export async function saveProfiles(tx: Sql, customers: readonly { id: string; userId: string | null; profile: Profile }[]): Promise<void> {
  if (customers.length === 0) return;
  await tx.query(
    `UPDATE customer c SET traits = t.traits, trait_times = t.marks, locale = t.locale, locale_source = t.locale_source,
       timezone = t.timezone, timezone_source = t.timezone_source, search = t.search
     FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, traits jsonb, marks jsonb, locale text, locale_source text, timezone text,
       timezone_source text, search text)
     WHERE c.id = t.id`,
    [
      JSON.stringify(
        customers.map(({ id, userId, profile }) => ({
          id,
          traits: profile.traits,
          marks: profile.marks,
          locale: profile.locale?.value ?? null,
          locale_source: profile.locale?.source ?? null,
          timezone: profile.timezone?.value ?? null,
          timezone_source: profile.timezone?.source ?? null,
          search: searchText(userId, profile),
        })),
      ),
    ],
  );
}

export type AddressChange = { customerId: string; kind: AddressKind; address: Address | null };

/** Writes addresses as they now are; null means that the customer no longer has one of this kind. */
export async function saveAddresses(tx: Sql, changes: readonly AddressChange[]): Promise<void> {
  const gone = changes.filter((change) => change.address === null);
  if (gone.length > 0) {
    await tx.query(
      "DELETE FROM address a USING unnest($1::uuid[], $2::text[]) AS t(customer_id, kind) WHERE a.customer_id = t.customer_id AND a.kind = t.kind",
      [gone.map((change) => change.customerId), gone.map((change) => change.kind)],
    );
  }
  const kept = changes.flatMap(({ customerId, kind, address }) =>
    address === null
      ? []
      : [
          {
            customer_id: customerId,
            kind,
            value: address.value,
            address_hash: addressHash(kind, address.value),
            verified: address.verified,
            source_key: address.sourceKey,
            updated_at: new Date(address.updatedAt),
          },
        ],
  );
  if (kept.length === 0) return;
  await tx.query(
    `INSERT INTO address (customer_id, kind, value, address_hash, verified, source_id, updated_at)
     SELECT t.customer_id, t.kind, t.value, t.address_hash, t.verified, s.id, t.updated_at
     FROM jsonb_to_recordset($1::jsonb) AS t(customer_id uuid, kind text, value text, address_hash uuid, verified boolean,
       source_key text, updated_at timestamptz)
     LEFT JOIN source s ON s.key = t.source_key
     ON CONFLICT (customer_id, kind) DO UPDATE SET value = excluded.value, address_hash = excluded.address_hash,
       verified = excluded.verified, source_id = excluded.source_id, updated_at = excluded.updated_at`,
    [JSON.stringify(kept)],
  );
}

/** Moves `last_seen_at` forward. */
export async function touchCustomers(tx: Sql, seen: readonly { id: string; at: number }[]): Promise<void> {
  if (seen.length === 0) return;
  await tx.query(
    `UPDATE customer c SET last_seen_at = t.at FROM unnest($1::uuid[], $2::timestamptz[]) AS t(id, at)
     WHERE c.id = t.id AND (c.last_seen_at IS NULL OR c.last_seen_at < t.at)`,
    [uuidArray(seen.map((one) => one.id)), timestampArray(seen.map((one) => one.at))],
  );
}

/** Marks a customer as merged; those merged into it before now lead to the same one, so that no reader follows more than one step. */
export async function markMerged(tx: Sql, from: string, into: string): Promise<void> {
  await tx.query("UPDATE customer SET merged_into = $2 WHERE id = $1 OR merged_into = $1", [from, into]);
}

/** Two arms of one experiment met in one person: the customer is left out of comparisons from now on. */
export async function markContaminated(tx: Sql, customerId: string): Promise<void> {
  await tx.query("UPDATE customer SET contaminated = true WHERE id = $1", [customerId]);
}
