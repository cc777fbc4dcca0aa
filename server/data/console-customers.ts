import type { Sql } from "./pool.ts";

export type CustomerListRow = {
  id: string;
  userId: string | null;
  name: string | null;
  email: string | null;
  emailVerified: boolean | null;
  timezone: string | null;
  seenAt: number;
  situations: string[];
  activeJourneys: number;
  erased: boolean;
};
export type CustomerListPlace = { seenAt: number; id: string };

/**
 * Customers by when they were last seen, newest first, merged ones left out. `search` is a set of lower-case words; each must begin a word
 * of the customer's search text. `userId` finds exactly that one.
 */
export async function list(
  sql: Sql,
  query: {
    words: readonly string[];
    userId: string | null;
    situation: string | null;
    journey: string | null;
    after: CustomerListPlace | null;
    limit: number;
  },
): Promise<CustomerListRow[]> {
  const { rows } = await sql.query<{
    id: string;
    user_id: string | null;
    name: string | null;
    email: string | null;
    email_verified: boolean | null;
    timezone: string | null;
    seen_at: Date;
    situations: string[];
    active_journeys: number;
    erased: boolean;
  }>(
    `SELECT c.id, c.user_id, coalesce(c.traits->>'name', nullif(concat_ws(' ', c.traits->>'firstName', c.traits->>'lastName'), '')) AS name,
       a.value AS email, a.verified AS email_verified, c.timezone, coalesce(c.last_seen_at, c.created_at) AS seen_at,
       ARRAY(SELECT situation_key FROM situation_membership m WHERE m.customer_id = c.id ORDER BY entered_at) AS situations,
       (SELECT count(*) FROM enrollment e WHERE e.customer_id = c.id AND e.status = 'active') AS active_journeys,
       c.erased_at IS NOT NULL AS erased
     FROM customer c LEFT JOIN address a ON a.customer_id = c.id AND a.kind = 'email'
     WHERE c.merged_into IS NULL
       AND ($1::text IS NULL OR array_to_tsvector(array_remove(string_to_array(c.search, ' '), '')) @@ $1::tsquery)
       AND ($2::text IS NULL OR c.user_id = $2)
       AND ($3::text IS NULL OR EXISTS (SELECT FROM situation_membership m WHERE m.customer_id = c.id AND m.situation_key = $3))
       AND ($4::text IS NULL OR EXISTS (SELECT FROM enrollment e WHERE e.customer_id = c.id AND e.journey_key = $4 AND e.status = 'active'))
       AND ($5::timestamptz IS NULL OR (coalesce(c.last_seen_at, c.created_at), c.id) < ($5, $6::uuid))
     ORDER BY coalesce(c.last_seen_at, c.created_at) DESC, c.id DESC LIMIT $7`,
    [
      prefixQuery(query.words),
      query.userId,
      query.situation,
      query.journey,
      query.after === null ? null : new Date(query.after.seenAt),
      query.after?.id ?? null,
      query.limit,
    ],
  );
  return rows.map((row) => ({
    id: row.id,
    userId: row.user_id,
    name: row.name,
    email: row.email,
    emailVerified: row.email_verified,
    timezone: row.timezone,
    seenAt: row.seen_at.getTime(),
    situations: row.situations,
    activeJourneys: row.active_journeys,
    erased: row.erased,
  }));
}

/** `'word':* & 'word':*` with quotes and backslashes doubled, so that whatever was typed stays a word. */
function prefixQuery(words: readonly string[]): string | null {
  if (words.length === 0) return null;
  return words.map((word) => `'${word.replaceAll("\\", "\\\\").replaceAll("'", "''")}':*`).join(" & ");
}

export type CustomerProfile = {
  id: string;
  userId: string | null;
  traits: Record<string, unknown>;
  locale: string | null;
  localeSource: string | null;
  timezone: string | null;
  timezoneSource: string | null;
  createdAt: number;
  lastSeenAt: number | null;
  erasedAt: number | null;
  contaminated: boolean;
  bucketKey: string;
  state: unknown;
};

/** The ids of everybody who was merged into one customer, the one that stayed first; empty when nobody has this id. */
export async function findCluster(sql: Sql, id: string): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `WITH RECURSIVE up AS (
       SELECT id, merged_into FROM customer WHERE id = $1
       UNION SELECT c.id, c.merged_into FROM customer c JOIN up ON c.id = up.merged_into
     ), down AS (
       SELECT id, 0 AS depth FROM up WHERE merged_into IS NULL
       UNION SELECT c.id, down.depth + 1 FROM customer c JOIN down ON c.merged_into = down.id
     ) SELECT id FROM down ORDER BY depth, id`,
    [id],
  );
  return rows.map((row) => row.id);
}

export async function findProfile(sql: Sql, id: string): Promise<CustomerProfile | null> {
  const { rows } = await sql.query<{
    id: string;
    user_id: string | null;
    traits: Record<string, unknown>;
    locale: string | null;
    locale_source: string | null;
    timezone: string | null;
    timezone_source: string | null;
    created_at: Date;
    last_seen_at: Date | null;
    erased_at: Date | null;
    contaminated: boolean;
    bucket_key: string;
    state: unknown;
  }>("SELECT c.*, s.state FROM customer c LEFT JOIN customer_state s ON s.customer_id = c.id WHERE c.id = $1", [id]);
  const row = rows[0];
  if (row === undefined) return null;
  return {
    id: row.id,
    userId: row.user_id,
    traits: row.traits,
    locale: row.locale,
    localeSource: row.locale_source,
    timezone: row.timezone,
    timezoneSource: row.timezone_source,
    createdAt: row.created_at.getTime(),
    lastSeenAt: row.last_seen_at?.getTime() ?? null,
    erasedAt: row.erased_at?.getTime() ?? null,
    contaminated: row.contaminated,
    bucketKey: row.bucket_key,
    state: row.state ?? null,
  };
}

export type IdentityRow = { kind: "user" | "anonymous"; value: string; at: number };
export type AddressRow = { kind: "email" | "phone"; value: string; verified: boolean; suppressed: string | null; at: number };
export type ConsentRow = { purpose: string; channel: string; state: string; basis: string; source: string; at: number };
export type MembershipRow = { situation: string; episode: number; enteredAt: number; score: number };
export type PreferenceRow = {
  topicsOff: string[];
  channelsOff: string[];
  preferredChannel: string | null;
  quietHours: { from: string; to: string } | null;
  snoozedUntil: number | null;
  helpOff: boolean;
};

export async function listIdentities(sql: Sql, cluster: readonly string[]): Promise<IdentityRow[]> {
  const { rows } = await sql.query<{ kind: "user" | "anonymous"; value: string; created_at: Date }>(
    "SELECT kind, value, created_at FROM identity WHERE customer_id = ANY($1::uuid[]) ORDER BY kind DESC, created_at LIMIT 100",
    [cluster],
  );
  return rows.map((row) => ({ kind: row.kind, value: row.value, at: row.created_at.getTime() }));
}

export async function listAddresses(sql: Sql, cluster: readonly string[]): Promise<AddressRow[]> {
  const { rows } = await sql.query<{ kind: "email" | "phone"; value: string; verified: boolean; reason: string | null; updated_at: Date }>(
    `SELECT a.kind, a.value, a.verified, s.reason, a.updated_at FROM address a LEFT JOIN suppression s ON s.address_hash = a.address_hash
     WHERE a.customer_id = ANY($1::uuid[]) ORDER BY a.kind, a.updated_at DESC LIMIT 50`,
    [cluster],
  );
  return rows.map(({ kind, value, verified, reason, updated_at }) => ({
    kind,
    value,
    verified,
    suppressed: reason,
    at: updated_at.getTime(),
  }));
}

/** The newest entry of each purpose and channel. */
export async function listConsent(sql: Sql, cluster: readonly string[]): Promise<ConsentRow[]> {
  const { rows } = await sql.query<Omit<ConsentRow, "at"> & { occurred_at: Date }>(
    `SELECT DISTINCT ON (purpose, channel) purpose, channel, state, basis, source, occurred_at FROM consent_entry
     WHERE customer_id = ANY($1::uuid[]) ORDER BY purpose, channel, occurred_at DESC, id DESC`,
    [cluster],
  );
  return rows.map(({ occurred_at, ...row }) => ({ ...row, at: occurred_at.getTime() }));
}

export async function listMemberships(sql: Sql, customerId: string): Promise<MembershipRow[]> {
  const { rows } = await sql.query<{ situation_key: string; episode: number; entered_at: Date; score: number }>(
    "SELECT situation_key, episode, entered_at, score FROM situation_membership WHERE customer_id = $1 ORDER BY entered_at DESC",
    [customerId],
  );
  return rows.map((row) => ({ situation: row.situation_key, episode: row.episode, enteredAt: row.entered_at.getTime(), score: row.score }));
}

export async function findPreference(sql: Sql, customerId: string): Promise<PreferenceRow | null> {
  const { rows } = await sql.query<{
    topics_off: string[];
    channels_off: string[];
    preferred_channel: string | null;
    quiet_hours: { from: string; to: string } | null;
    snoozed_until: Date | null;
    help_off: boolean;
  }>("SELECT * FROM preference WHERE customer_id = $1", [customerId]);
  const row = rows[0];
  if (row === undefined) return null;
  return {
    topicsOff: row.topics_off,
    channelsOff: row.channels_off,
    preferredChannel: row.preferred_channel,
    quietHours: row.quiet_hours,
    snoozedUntil: row.snoozed_until?.getTime() ?? null,
    helpOff: row.help_off,
  };
}
