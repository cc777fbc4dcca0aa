import { insertEvents } from "#server/data/events.ts";
import { createDeps, type Deps } from "#server/deps.ts";
import type { Catalog } from "#server/domain/definitions/catalog.ts";
import { defaultPolicies } from "#server/domain/definitions/default-policies.ts";
import { type JourneyDefinition, journeySchema } from "#server/domain/definitions/journey.ts";
import type { SegmentDefinition } from "#server/domain/definitions/segment.ts";
import { type SignalDefinition, signalSchema } from "#server/domain/definitions/signal.ts";
import { type SituationDefinition, situationSchema } from "#server/domain/definitions/situation.ts";
import type { DomainEvent } from "#server/domain/events.ts";
import { actorKey, messageKey, uuidv7 } from "#server/ids.ts";
import { silentBell } from "./silent-bell.ts";

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

const serverSource = "0190aaaa-0000-7000-8000-000000000001";
const browserSource = "0190aaaa-0000-7000-8000-000000000002";

export type WorldClock = { now(): number; at: number };

/** Every field of a track event from a server, but for those given. */
export type Told = {
  messageId: string;
  name: string;
  type?: DomainEvent["type"];
  userId?: string | null;
  anonymousId?: string | null;
  previousId?: string | null;
  at?: number;
  source?: "server" | "browser";
  verified?: boolean;
  historical?: boolean;
  properties?: Record<string, unknown>;
  traits?: Record<string, unknown>;
};

/** A count of failed payments, but for what is given; a part that names its kind brings its own matchers. */
export function signal(part: Record<string, unknown> & { key: string }): SignalDefinition {
  return signalSchema.parse({
    name: part.key,
    clue: { en: part.key },
    purpose: "proactive_help",
    sources: ["*"],
    halfLifeMs: hour,
    saturation: 1,
    reliability: { alpha: 9, beta: 1 },
    ...(part["kind"] === undefined && { kind: "count", match: { type: "track", name: "Payment Failed" }, weight: 1 }),
    ...part,
  });
}

export function situation(part: Partial<SituationDefinition> & { key: string }): SituationDefinition {
  return situationSchema.parse({
    name: part.key,
    meaning: { en: part.key },
    signals: [{ signal: "payment_failed", group: "payment", weight: 1 }],
    minGroups: 1,
    thresholds: { enter: 0.55, exit: 0.2 },
    segmentThresholds: [],
    confidenceFloor: 0.1,
    belowFloor: "silent",
    ...part,
  });
}

export function journey(part: Partial<JourneyDefinition> & { key: string }): JourneyDefinition {
  return journeySchema.parse({
    name: part.key,
    description: "",
    purpose: "proactive_help",
    class: "help",
    topic: "checkout",
    priority: 50,
    whenOutranked: "hold",
    entry: { kind: "situation", situation: "checkout_trouble" },
    reentry: { mode: "after", ms: day },
    concurrency: "one",
    exitOn: { situationEnds: false },
    goal: { match: { type: "track", name: "Order Completed" }, windowMs: 7 * day },
    holdoutShare: 0,
    rolloutShare: 1,
    duplicateWindowMs: day,
    start: "help",
    nodes: [
      {
        id: "help",
        kind: "help",
        response: "retry_payment",
        channels: "auto",
        validForMs: hour,
        sensitive: false,
        expectedBenefit: 1,
        next: "done",
      },
      { id: "done", kind: "exit", reason: "done" },
    ],
    ...part,
  });
}

export function catalogOf(parts: {
  signals?: SignalDefinition[];
  situations?: SituationDefinition[];
  journeys?: JourneyDefinition[];
  segments?: SegmentDefinition[];
}): Catalog {
  const live = <T extends { key: string }>(definitions: readonly T[]) =>
    new Map(definitions.map((definition) => [definition.key, { version: 1, contentHash: definition.key, definition }]));
  const journeys = live(parts.journeys ?? [journey({ key: "checkout_help" })]);
  return {
    epoch: 1,
    signals: live(parts.signals ?? [signal({ key: "payment_failed" })]),
    situations: live(parts.situations ?? [situation({ key: "checkout_trouble" })]),
    segments: live(parts.segments ?? []),
    responses: new Map(),
    journeys,
    journeyVersions: new Map([...journeys].map(([key, versioned]) => [`${key}@1`, versioned])),
    policies: { ...defaultPolicies },
    suspended: [],
    company: { name: "Test", timezone: "UTC", locale: "en" },
  };
}

/** Makes the two sources and answers what stores events as the gateway would. */
export async function openTelling(pool: Deps["pool"], clock: { now(): number }): Promise<(...told: Told[]) => Promise<void>> {
  await pool.query(
    `INSERT INTO source (id, key, name, kind, created_at) VALUES ($1, 'shop', 'Shop', 'server', now()), ($2, 'web', 'Web', 'browser', now())
     ON CONFLICT DO NOTHING`,
    [serverSource, browserSource],
  );
  return async (...told) => {
    const rows = told.map((one) => {
      const sourceId = one.source === "browser" ? browserSource : serverSource;
      const verified = one.verified ?? true;
      const userId = one.userId ?? null;
      const anonymousId = one.anonymousId ?? null;
      const actor = userId !== null && verified ? actorKey("user", userId) : actorKey("anonymous", anonymousId ?? "");
      return {
        id: uuidv7(clock.now()),
        actor,
        occurredAt: one.at ?? clock.now(),
        receivedAt: clock.now(),
        sourceId,
        messageKey: messageKey(sourceId, one.messageId),
        type: one.type ?? ("track" as const),
        name: one.name,
        historical: one.historical ?? false,
        verified,
        payload: JSON.stringify({
          messageId: one.messageId,
          userId,
          anonymousId,
          previousId: one.previousId ?? null,
          properties: one.properties ?? {},
          traits: one.traits ?? {},
          context: {},
        }),
      };
    });
    await insertEvents(pool, rows);
  };
}

/** The real shell over a database of its own, with a clock that stands still and a catalog made by hand. */
export async function pipelineWorld(pool: Deps["pool"], catalog: Catalog) {
  const clock: WorldClock = { at: Date.UTC(2026, 10, 23, 12), now: () => clock.at };
  const deps: Deps = createDeps({ pool, queue: silentBell(), clock });
  deps.catalog = { get: async () => catalog };
  const tell = await openTelling(pool, clock);
  async function rows<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await pool.query<Row>(text, values)).rows;
  }
  return { deps, clock, tell, rows };
}
export type PipelineWorld = Awaited<ReturnType<typeof pipelineWorld>>;

/** What is true of every customer, without ids and times of processing: equal for equal histories however they were processed. */
export async function endState(world: PipelineWorld): Promise<unknown> {
  const state = await world.rows(
    `SELECT c.user_id, c.traits, c.locale, s.state FROM customer c LEFT JOIN customer_state s ON s.customer_id = c.id
     WHERE c.merged_into IS NULL ORDER BY c.user_id, c.bucket_key`,
  );
  const enrollments = await world.rows(
    `SELECT c.user_id, e.journey_key, e.entry_kind, e.status, e.node_id, e.end_reason, e.arm FROM enrollment e
     JOIN customer c ON c.id = e.customer_id ORDER BY 1, 2, e.entry_key`,
  );
  const memberships = await world.rows(
    `SELECT c.user_id, m.situation_key, m.episode, m.entered_at FROM situation_membership m JOIN customer c ON c.id = m.customer_id ORDER BY 1, 2`,
  );
  const candidates = await world.rows("SELECT status, count(*)::int AS count FROM candidate GROUP BY status ORDER BY status");
  return { state, enrollments, memberships, candidates };
}
