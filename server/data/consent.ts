import type { ConsentEntry } from "../domain/consent/consent-entry.ts";
import type { Sql } from "./pool.ts";

export type StoredConsent = ConsentEntry & { customerId: string; locale: string | null };

type Row = {
  id: string;
  customer_id: string;
  purpose: ConsentEntry["purpose"];
  channel: ConsentEntry["channel"];
  state: ConsentEntry["state"];
  basis: string;
  source: string;
  actor: string;
  text_version: string | null;
  locale: string | null;
  proof: Record<string, unknown>;
  occurred_at: Date;
  recorded_at: Date;
};

/** The whole ledger of these customers, in no order: what holds is folded from it. */
export async function listFor(sql: Sql, customerIds: readonly string[]): Promise<StoredConsent[]> {
  const { rows } = await sql.query<Row>("SELECT * FROM consent_entry WHERE customer_id = ANY($1::uuid[])", [customerIds]);
  return rows.map((row) => ({
    id: row.id,
    customerId: row.customer_id,
    purpose: row.purpose,
    channel: row.channel,
    state: row.state,
    basis: row.basis,
    source: row.source,
    actor: row.actor,
    textVersion: row.text_version,
    locale: row.locale,
    proof: row.proof,
    occurredAt: row.occurred_at.getTime(),
    recordedAt: row.recorded_at.getTime(),
  }));
}

/** Appends to the ledger; an id that is already there changes nothing. Returns how many entries are new. */
export async function append(tx: Sql, entries: readonly StoredConsent[]): Promise<number> {
  const { rowCount } = await tx.query(
    `INSERT INTO consent_entry (id, customer_id, purpose, channel, state, basis, source, actor, text_version, locale, proof, occurred_at, recorded_at)
     SELECT e.id, e.customer_id, e.purpose, e.channel, e.state, e.basis, e.source, e.actor, e.text_version, e.locale, e.proof, e.occurred_at, e.recorded_at
     FROM jsonb_to_recordset($1::jsonb) AS e(id uuid, customer_id uuid, purpose text, channel text, state text, basis text, source text, actor text,
       text_version text, locale text, proof jsonb, occurred_at timestamptz, recorded_at timestamptz)
     ON CONFLICT (id) DO NOTHING`,
    [
      JSON.stringify(
        entries.map((entry) => ({
          id: entry.id,
          customer_id: entry.customerId,
          purpose: entry.purpose,
          channel: entry.channel,
          state: entry.state,
          basis: entry.basis,
          source: entry.source,
          actor: entry.actor,
          text_version: entry.textVersion,
          locale: entry.locale,
          proof: entry.proof,
          occurred_at: new Date(entry.occurredAt).toISOString(),
          recorded_at: new Date(entry.recordedAt).toISOString(),
        })),
      ),
    ],
  );
  return rowCount ?? 0;
}
