import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { replayDecision } from "#server/domain/decisions/frozen-input.ts";
import { verifyAudit } from "#server/usecases/governance/verify-audit.ts";
import type { Installation } from "./installation.ts";

/** What must hold at any time, whatever was killed. Each query names the rows that break the promise. */
const always: Readonly<Record<string, string>> = {
  "an event stored twice": "SELECT message_key FROM events GROUP BY message_key HAVING count(*) > 1",
  "an event without its entry in the ledger, or the reverse": `SELECT coalesce(e.message_key, l.message_key) FROM events e
     FULL JOIN event_ledger l ON l.message_key = e.message_key WHERE e.message_key IS NULL OR l.message_key IS NULL`,
  "work for an event that does not exist": "SELECT event_id FROM event_pending WHERE event_id NOT IN (SELECT id FROM events)",
  "an event outside its month's partition": "SELECT id FROM events_default",
  "a message without a decision to send it": `SELECT l.id, l.state, d.verdict FROM send_ledger l LEFT JOIN decision d ON d.id = l.decision_id
     WHERE d.id IS NULL OR d.customer_id <> l.customer_id OR d.enrollment_id <> l.enrollment_id
       OR (CASE WHEN l.state = 'withheld' THEN d.would_be ELSE d.verdict END) <> 'SEND'`,
  "a message without its text": "SELECT id FROM send_ledger WHERE id NOT IN (SELECT id FROM message_body)",
  "two messages of one step that may both have gone": `SELECT split_part(step_key, '#', 1) FROM send_ledger
     WHERE state NOT IN ('cancelled', 'failed') GROUP BY 1 HAVING count(*) > 1`,
  "a message that was not called for and yet counts as gone": `SELECT id, state FROM send_ledger
     WHERE state IN ('sent', 'delivered', 'unknown') AND attempts = 0`,
  "a second call to a provider that knows no keys": "SELECT id, attempts FROM send_ledger WHERE provider = 'oracle' AND attempts > 1",
  "a message decided against the customer's word": `SELECT l.id, l.created_at, c.recorded_at FROM send_ledger l CROSS JOIN LATERAL (
       SELECT state, recorded_at FROM consent_entry c
       WHERE c.customer_id = l.customer_id AND c.purpose = l.purpose AND c.channel IN (l.channel, '*') AND c.recorded_at < l.created_at
       ORDER BY c.occurred_at DESC, c.recorded_at DESC, c.id DESC LIMIT 1) c
     WHERE c.state IN ('withdrawn', 'denied')`,
  "a message of a passage into which a held-out customer came": `SELECT l.id FROM send_ledger l JOIN enrollment e ON e.id = l.enrollment_id
     WHERE e.arm = 'holdout' AND l.state <> 'withheld'`,
  "a message of text that was not approved by somebody else": `SELECT l.id FROM send_ledger l WHERE l.state <> 'withheld' AND NOT EXISTS (
       SELECT 1 FROM artifact a JOIN artifact_version v ON v.artifact_id = a.id AND v.version = l.response_version
         JOIN approval p ON p.artifact_id = a.id AND p.version = v.version
       WHERE a.kind = 'response' AND a.key = l.response_key AND p.verdict = 'approved' AND p.content_hash = v.content_hash
         AND NOT p.approver_id = ANY(v.authors))`,
  "one reason that started a journey twice": `SELECT customer_id, journey_key, entry_key FROM enrollment
     GROUP BY customer_id, journey_key, entry_key HAVING count(*) > 1`,
  "two passages at a time where one is allowed": `SELECT e.customer_id, e.journey_key FROM enrollment e
     JOIN artifact a ON a.kind = 'journey' AND a.key = e.journey_key
     JOIN artifact_version v ON v.artifact_id = a.id AND v.version = e.journey_version
     WHERE e.status = 'active' AND v.content ->> 'concurrency' = 'one' GROUP BY 1, 2 HAVING count(*) > 1`,
  "a passage that nothing will ever move on": `SELECT e.id, e.journey_key, e.node_id FROM enrollment e WHERE e.status = 'active'
     AND NOT EXISTS (SELECT 1 FROM timer t WHERE t.customer_id = e.customer_id AND t.kind = 'journey_wait' AND t.ref LIKE e.id || '.%')
     AND NOT EXISTS (SELECT 1 FROM candidate c WHERE c.enrollment_id = e.id AND c.status <> 'closed')
     AND NOT EXISTS (SELECT 1 FROM send_ledger l WHERE l.enrollment_id = e.id AND l.state = 'sending')
     AND NOT EXISTS (SELECT 1 FROM task t WHERE t.enrollment_id = e.id AND t.closed_at IS NULL)`,
  "an offer on hold that nothing will look at again": `SELECT c.id, c.last_guard FROM candidate c WHERE c.status = 'held'
     AND NOT EXISTS (SELECT 1 FROM timer t WHERE t.customer_id = c.customer_id AND t.kind = 'candidate' AND t.ref = c.id::text)`,
  "work left with a customer who was merged away": `SELECT c.id FROM customer c WHERE c.merged_into IS NOT NULL AND (
       EXISTS (SELECT 1 FROM enrollment e WHERE e.customer_id = c.id AND e.status = 'active')
       OR EXISTS (SELECT 1 FROM candidate o WHERE o.customer_id = c.id AND o.status <> 'closed')
       OR EXISTS (SELECT 1 FROM identity i WHERE i.customer_id = c.id))`,
  "a customer merged into one that was merged away before": `SELECT a.id FROM customer a JOIN customer b ON b.id = a.merged_into
     WHERE b.merged_into IS NOT NULL AND b.merged_into = a.id`,
  "a definition that failed": "SELECT kind, key, message FROM definition_fault",
  "an event put aside": "SELECT event_id, reason FROM event_quarantine",
};

/** What must hold besides once all work is done. */
const atRest: Readonly<Record<string, string>> = {
  "an event that waits": "SELECT event_id, attempts FROM event_pending",
  "a claim nobody gave back": "SELECT id FROM event_claim",
  "an offer that waits for its decision": "SELECT id, last_guard FROM candidate WHERE status = 'open'",
  "a message on its way": "SELECT id, attempts FROM send_ledger WHERE state IN ('pending', 'sending')",
  "a timer overdue": "SELECT kind, ref, due_at FROM timer WHERE due_at < now() - interval '5 seconds'",
};

const SAMPLE = 3;
const storedDecisionSchema = z.object({
  id: z.string(),
  input: z.unknown(),
  record: z.object({ decided: z.unknown().optional() }).loose(),
});

/** Everything that does not hold, in words; empty when all promises were kept. With `resting`, all work must be done. */
export async function brokenPromises(installation: Installation, options: { resting: boolean }): Promise<string[]> {
  const broken: string[] = [];
  for (const [name, query] of Object.entries({ ...always, ...(options.resting ? atRest : {}) })) {
    const found = await installation.rows(query);
    if (found.length > 0) broken.push(`${name}: ${found.length}, such as ${JSON.stringify(found.slice(0, SAMPLE))}`);
  }
  return [...broken, ...(await brokenAtProvider(installation)), ...(await brokenRecords(installation))];
}

/** What reached customers, against what the ledger says about it. */
async function brokenAtProvider(installation: Installation): Promise<string[]> {
  const broken: string[] = [];
  const ledger = await installation.rows<{ id: string; step: string; state: string; customer_id: string }>(
    "SELECT id, split_part(step_key, '#', 1) AS step, state, customer_id FROM send_ledger",
  );
  const byId = new Map(ledger.map((row) => [row.id, row]));
  const steps = new Map<string, number>();
  const reached = new Set<string>();
  for (const { messageId, customerId } of installation.accepted()) {
    const row = byId.get(messageId);
    reached.add(messageId);
    if (row === undefined) {
      broken.push(`a message reached ${customerId} that the ledger does not know: ${messageId}`);
      continue;
    }
    steps.set(row.step, (steps.get(row.step) ?? 0) + 1);
    if (!["sent", "delivered", "unknown", "sending"].includes(row.state))
      broken.push(`a message reached ${customerId} as ${row.state}: ${messageId}`);
  }
  for (const [step, count] of steps) if (count > 1) broken.push(`step ${step} reached its customer ${count} times`);
  const missing = ledger.filter((row) => row.state === "sent" && !reached.has(row.id));
  if (missing.length > 0) broken.push(`${missing.length} messages count as sent and never reached the provider`);
  return broken;
}

/** Whole chains and equal replays. */
async function brokenRecords(installation: Installation): Promise<string[]> {
  const broken: string[] = [];
  const audit = await verifyAudit(installation.deps);
  if (!audit.ok) broken.push(`the audit chain is broken at ${audit.brokenAt}: ${audit.reason}`);
  for (const row of await installation.rows("SELECT id, input, record FROM decision ORDER BY id")) {
    const { id, input, record } = storedDecisionSchema.parse(row);
    const replayed = JSON.parse(JSON.stringify(replayDecision(input)));
    const recorded = z.record(z.string(), z.unknown()).parse(record.decided ?? record);
    const different = Object.keys(replayed).filter((key) => !isDeepStrictEqual(replayed[key], recorded[key]));
    if (different.length > 0) broken.push(`decision ${id} replays with another ${different.join(", ")}`);
  }
  return broken;
}
