import type { Deps } from "#server/deps.ts";
import type { DomainEvent } from "#server/domain/events.ts";
import { incidentScopeSchema } from "#server/domain/incidents/scope.ts";
import type { SimulationStep } from "#server/domain/simulation/simulate.ts";
import type { OfferName } from "#server/domain/simulation/simulated-acts.ts";

type Evaluation = Awaited<ReturnType<Deps["data"]["evaluationLog"]["listEvaluations"]>>[number];
type OfferRow = { bucket_key: string; journey_key: string; entry_key: string; step_key: string };

const offerColumns = "r.bucket_key, e.journey_key, e.entry_key, c.step_key";
const offerTables = `candidate c JOIN enrollment e ON e.id = c.enrollment_id JOIN customer o ON o.id = e.customer_id
  JOIN customer r ON r.id = coalesce(o.merged_into, o.id)`;

/**
 * Everything a deployment did, as the simulator takes it, read from rows alone: the evaluation log, and the rows of consent, preferences,
 * incidents and reviews. Of preferences only the last is kept, so a story changes those of one customer once.
 */
export async function recordedSteps(deps: Deps): Promise<SimulationStep[]> {
  const { pool } = deps;
  const log = await deps.data.evaluationLog.listEvaluations(pool, 0);
  const events = await eventsById(deps);
  const { rows: people } = await pool.query<{ id: string; bucket_key: string }>("SELECT id, bucket_key FROM customer");
  const bucketOf = new Map(people.map((one) => [one.id, one.bucket_key]));
  const steps: SimulationStep[] = [];
  for (const one of log) steps.push(...(await stepsOf(deps, one, events, bucketOf)));
  steps.push(...(await incidentSteps(deps)), ...(await customerSteps(deps, bucketOf)), ...(await reviewSteps(deps)));
  return steps.sort((a, b) => a.now - b.now);
}

async function stepsOf(
  deps: Deps,
  one: Evaluation,
  events: ReadonlyMap<string, DomainEvent>,
  bucketOf: ReadonlyMap<string, string>,
): Promise<SimulationStep[]> {
  const { now } = one;
  switch (one.kind) {
    case "events":
      return [{ kind: "events", now, events: one.eventIds.map((id) => events.get(id)).filter((event) => event !== undefined) }];
    case "timers":
    case "gate":
      return [{ kind: one.kind, now }];
    case "schedule":
    case "api": {
      const customers = one.customerIds.flatMap((id) => bucketOf.get(id) ?? []);
      if (one.kind === "schedule") return [{ kind: "trigger", now, customers, trigger: { kind: "schedule", ...one.detail } }];
      const { rows } = await deps.pool.query<{ entry: Record<string, unknown> }>(
        "SELECT context->'entry' AS entry FROM enrollment WHERE journey_key = $1 AND entry_key = $2",
        [one.detail.journeyKey, one.detail.key],
      );
      return [{ kind: "trigger", now, customers, trigger: { kind: "api", ...one.detail, at: now, facts: rows[0]?.entry ?? {} } }];
    }
    case "reaction": {
      const { messageId, reaction, at, until } = one.detail;
      const { rows } = await deps.pool.query<OfferRow>(
        `SELECT ${offerColumns} FROM send_ledger s JOIN ${offerTables} ON c.step_key = s.step_key WHERE s.id = $1`,
        [messageId],
      );
      return rows.map((row) => ({ kind: "reaction", now, customer: row.bucket_key, offer: nameOf(row), reaction, at, until }));
    }
  }
}

function nameOf({ journey_key, entry_key, step_key }: OfferRow): OfferName {
  return { journeyKey: journey_key, entryKey: entry_key, step: step_key.slice(step_key.indexOf(".") + 1) };
}

async function incidentSteps({ pool }: Deps): Promise<SimulationStep[]> {
  const { rows } = await pool.query<{ id: string; scope: unknown; opened_at: Date; resolved_at: Date | null }>("SELECT * FROM incident");
  return rows.flatMap(({ id, scope, opened_at, resolved_at }): SimulationStep[] => {
    const opened = { kind: "incident_opened" as const, now: opened_at.getTime(), id, scope: incidentScopeSchema.parse(scope) };
    return resolved_at === null ? [opened] : [opened, { kind: "incident_resolved", now: resolved_at.getTime(), id }];
  });
}

async function customerSteps(deps: Deps, bucketOf: ReadonlyMap<string, string>): Promise<SimulationStep[]> {
  const ids = [...bucketOf.keys()];
  const consent = await deps.data.consent.listFor(deps.pool, ids);
  const preferences = await deps.data.preferences.mapFor(deps.pool, ids);
  const { rows } = await deps.pool.query<{ customer_id: string; updated_at: Date }>("SELECT customer_id, updated_at FROM preference");
  const told = consent
    .filter((entry) => entry.source !== "merge")
    .map(({ customerId, ...entry }): SimulationStep => {
      return { kind: "consent", now: entry.recordedAt, customer: bucketOf.get(customerId) ?? "", entries: [entry] };
    });
  const chosen = rows.flatMap(({ customer_id, updated_at }): SimulationStep[] => {
    const held = preferences.get(customer_id);
    const customer = bucketOf.get(customer_id) ?? "";
    return held === undefined ? [] : [{ kind: "preferences", now: updated_at.getTime(), customer, preferences: held }];
  });
  return [...told, ...chosen];
}

async function reviewSteps({ pool }: Deps): Promise<SimulationStep[]> {
  const { rows } = await pool.query<OfferRow & { closed_at: Date; resolution: "approved" | "rejected" }>(
    `SELECT ${offerColumns}, t.closed_at, t.resolution FROM task t JOIN ${offerTables} ON c.id = t.candidate_id
     WHERE t.kind = 'review' AND t.resolution IN ('approved', 'rejected')`,
  );
  return rows.map((row) => ({
    kind: "review",
    now: row.closed_at.getTime(),
    customer: row.bucket_key,
    offer: nameOf(row),
    verdict: row.resolution,
  }));
}

async function eventsById({ pool, data }: Deps): Promise<Map<string, DomainEvent>> {
  const actors = await pool.query<{ actor: string }>("SELECT DISTINCT actor FROM events");
  const listed = await data.events.listByActors(pool, { actors: actors.rows.map((row) => row.actor), before: null, limit: 10_000 });
  return new Map(listed.map(({ event }) => [event.id, event]));
}
