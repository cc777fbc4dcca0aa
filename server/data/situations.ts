import type { SituationTransition } from "../domain/situations/transition.ts";
import type { Sql } from "./pool.ts";

export async function insertTransitions(
  tx: Sql,
  rows: readonly { id: string; customerId: string; transition: SituationTransition }[],
  now: number,
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO situation_transition (id, customer_id, situation_key, version, kind, episode, at, recorded_at, retroactive, score, contributions)
     SELECT id, customer_id, situation_key, version, kind, episode, at, $2, retroactive, score, contributions
     FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, customer_id uuid, situation_key text, version int, kind text, episode int,
       at timestamptz, retroactive boolean, score real, contributions jsonb)`,
    [
      JSON.stringify(
        rows.map(({ id, customerId, transition }) => ({
          id,
          customer_id: customerId,
          situation_key: transition.situation,
          version: transition.version,
          kind: transition.kind,
          episode: transition.episode,
          at: new Date(transition.at),
          retroactive: transition.retroactive,
          score: transition.score,
          contributions: transition.contributions,
        })),
      ),
      new Date(now),
    ],
  );
}

/** Where a customer now stands in a situation; `active` null means outside. */
export type Membership = {
  customerId: string;
  situation: string;
  active: { episode: number; enteredAt: number; score: number } | null;
};

/** Mirrors the state for queries: one row while inside. */
export async function saveMemberships(tx: Sql, memberships: readonly Membership[]): Promise<void> {
  const outside = memberships.filter((membership) => membership.active === null);
  if (outside.length > 0) {
    await tx.query(
      `DELETE FROM situation_membership m USING unnest($1::uuid[], $2::text[]) AS t(customer_id, situation_key)
       WHERE m.customer_id = t.customer_id AND m.situation_key = t.situation_key`,
      [outside.map((one) => one.customerId), outside.map((one) => one.situation)],
    );
  }
  const inside = memberships.flatMap(({ customerId, situation, active }) =>
    active === null
      ? []
      : [
          {
            customer_id: customerId,
            situation_key: situation,
            episode: active.episode,
            entered_at: new Date(active.enteredAt),
            score: active.score,
          },
        ],
  );
  if (inside.length === 0) return;
  await tx.query(
    `INSERT INTO situation_membership (customer_id, situation_key, episode, entered_at, score)
     SELECT customer_id, situation_key, episode, entered_at, score
     FROM jsonb_to_recordset($1::jsonb) AS t(customer_id uuid, situation_key text, episode int, entered_at timestamptz, score real)
     ON CONFLICT (customer_id, situation_key) DO UPDATE SET episode = excluded.episode, entered_at = excluded.entered_at, score = excluded.score`,
    [JSON.stringify(inside)],
  );
}

export async function deleteMemberships(tx: Sql, customerId: string): Promise<void> {
  await tx.query("DELETE FROM situation_membership WHERE customer_id = $1", [customerId]);
}
