import type { Deps } from "#server/deps.ts";
import { noPreferences } from "#server/domain/decisions/preferences.ts";
import { recordConsent } from "#server/usecases/consent/record-consent.ts";
import { enrollByApi } from "#server/usecases/pipeline/enroll-by-api.ts";
import { reactToHelp } from "#server/usecases/pipeline/react-to-help.ts";
import { updatePreferences } from "#server/usecases/preferences/update-preferences.ts";
import { openIncident, resolveIncident } from "#server/usecases/sending/hold-for-incident.ts";
import { reviewOffer } from "#server/usecases/sending/review-offer.ts";
import { minute } from "./pipeline-world.ts";

const by = { kind: "user" as const, id: "0190a000-0000-7000-8000-000000000002", ip: null };
const preferences = [
  { channelsOff: ["email" as const] },
  { topicsOff: ["payment"] },
  { quietHours: { from: "20:00", to: "10:00" } },
  { preferredChannel: "email" as const },
];

/**
 * What people do in the n-th chapter of a story, beside events: consent, opt-outs, wishes, incidents, reviews, answers and calls. Each at
 * an instant of its own, so that rows of different tables have one order.
 */
export async function actInStory(deps: Deps, clock: { at: number }, n: number): Promise<void> {
  const { pool } = deps;
  const act = async (remainder: number, every: number, what: () => Promise<unknown>) => {
    if (n % every !== remainder) return;
    clock.at += 7;
    await what();
  };
  const first = async (text: string): Promise<string | undefined> => (await pool.query<{ id: string }>(text)).rows[0]?.id;
  const user = (k: number) => first(`SELECT id FROM customer WHERE user_id = 'user${1 + (Math.floor(k) % 8)}' AND merged_into IS NULL`);
  const consent = async (customerId: string | undefined, state: "granted" | "withdrawn") => {
    if (customerId === undefined) return;
    const entry = { purpose: "proactive_help" as const, channel: "email" as const, state, source: "form", actor: "customer" };
    await recordConsent(deps, { customerId, entries: [entry] });
  };

  await act(4, 5, async () => consent(await user(n / 5), "granted"));
  await act(37, 40, async () => consent(await user(n), "withdrawn"));
  await act(12, 30, async () => {
    const change = preferences[Math.floor(n / 30) % preferences.length];
    const customerId = await user(n / 30);
    if (customerId !== undefined && change !== undefined)
      await updatePreferences(deps, { customerId, change: { ...noPreferences(), ...change } });
  });
  await act(8, 20, () => openIncident(deps, { title: "Cards", scope: n % 40 === 8 ? {} : { channels: ["email"] }, by }));
  await act(11, 20, async () => {
    const id = await first("SELECT id FROM incident WHERE status = 'open'");
    if (id !== undefined) await resolveIncident(deps, { id, by });
  });
  await act(2, 4, async () => {
    const customerId = await user(n / 4);
    if (customerId === undefined) return;
    await enrollByApi(deps, {
      journeyKey: "called_help",
      userId: `user${1 + (Math.floor(n / 4) % 8)}`,
      key: `call${n}`,
      properties: { n },
    });
  });
  await act(1, 4, async () => {
    const taskId = await first("SELECT id FROM task WHERE kind = 'review' AND closed_at IS NULL ORDER BY id LIMIT 1");
    if (taskId !== undefined) await reviewOffer(deps, { taskId, verdict: n % 12 === 1 ? "rejected" : "approved", by });
  });
  await act(3, 6, async () => {
    const messageId = await first(
      `SELECT s.id FROM send_ledger s JOIN enrollment e ON e.id = s.enrollment_id
       WHERE s.state = 'sent' AND e.entry_key NOT LIKE '%~%' ORDER BY s.created_at DESC, s.id LIMIT 1`,
    );
    const reaction = n % 12 === 3 ? ("declined" as const) : ("snoozed" as const);
    if (messageId !== undefined)
      await reactToHelp(deps, { messageId, reaction, ...(reaction === "snoozed" && { until: clock.at + 50 * minute }) });
  });
  clock.at += 7;
}
