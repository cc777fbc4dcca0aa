import type { ChannelRegistry } from "#server/channels/registry.ts";
import { createChannels } from "#server/channels/registry.ts";
import type { Env } from "#server/config/env.ts";
import { createDeps, type Deps } from "#server/deps.ts";
import { canonicalJson } from "#server/domain/canonical-json.ts";
import { type JourneyDefinition, journeySchema } from "#server/domain/definitions/journey.ts";
import type { PolicyDefinition } from "#server/domain/definitions/policy.ts";
import type { ResponseDefinition } from "#server/domain/definitions/response.ts";
import type { Offer } from "#server/domain/journeys/enrollment.ts";
import { addressHash, hash16, uuidv7 } from "#server/ids.ts";
import { type TestDatabase, testDatabase } from "../setup/database.ts";
import { testEnv } from "./sending-env.ts";

/** A deployment as small as sending needs it: approved definitions, customers, and offers made by hand. */
export type SendingWorld = {
  database: TestDatabase;
  deps: Deps;
  /** Sets a definition live, approved by somebody else. */
  define(kind: string, key: string, content: object): Promise<void>;
  addCustomer(options?: CustomerOptions): Promise<string>;
  /** An enrollment on its help node and the open candidate it made. */
  offer(customerId: string, options?: OfferOptions): Promise<{ candidateId: string; enrollmentId: string; stepKey: string }>;
  ledger(): Promise<LedgerEntry[]>;
  close(): Promise<void>;
};

export type CustomerOptions = {
  userId?: string | null;
  email?: string | null;
  verified?: boolean;
  traits?: Record<string, unknown>;
  locale?: string;
  timezone?: string;
  consent?: "granted" | "none";
};
export type OfferOptions = Partial<Offer> & {
  arm?: "treated" | "holdout";
  entryKind?: string;
  entryKey?: string;
  entry?: Record<string, unknown>;
};
export type LedgerEntry = {
  id: string;
  customer_id: string;
  state: string;
  reason: string | null;
  step_key: string;
  channel: string;
  attempts: number;
  in_flight_at_pause: boolean;
  decision_id: string;
};

const AUTHOR = "0190a000-0000-7000-8000-000000000001";
const APPROVER = "0190a000-0000-7000-8000-000000000002";

export const testResponse: ResponseDefinition = {
  key: "card_help",
  name: "Help with a refused card",
  intent: "card_help",
  benefit: { en: "You can pay in another way." },
  variables: [{ path: "traits.firstName", fallback: "there" }],
  variants: [
    {
      channel: "email",
      locale: "en",
      tone: "neutral",
      subject: "Your payment, {{ traits.firstName }}",
      body: "Hello {{ traits.firstName }},\n\nyour card was refused. You can pay in another way.",
      action: { label: "Pay in another way", url: "https://shop.test/pay" },
    },
    { channel: "in_app", locale: "en", tone: "neutral", title: "Card refused?", body: "Hello {{ traits.firstName }}, try another card." },
  ],
};

export const testJourney: JourneyDefinition = journeySchema.parse({
  key: "checkout_help",
  name: "Checkout help",
  description: "",
  purpose: "proactive_help",
  class: "help",
  topic: "checkout",
  area: "payments",
  priority: 50,
  whenOutranked: "hold",
  entry: { kind: "api" },
  reentry: { mode: "always" },
  concurrency: "many",
  exitOn: { situationEnds: false },
  holdoutShare: 0,
  rolloutShare: 1,
  duplicateWindowMs: 0,
  start: "help",
  nodes: [
    {
      id: "help",
      kind: "help",
      response: "card_help",
      channels: "auto",
      validForMs: 86_400_000,
      sensitive: false,
      expectedBenefit: 1,
      next: "done",
    },
    { id: "done", kind: "exit", reason: "helped" },
  ],
});

/** No quiet hours, no caps, no cooldown: each test adds the rule it is about. */
export const openModeration: PolicyDefinition = {
  kind: "moderation",
  key: "moderation",
  name: "Open",
  quietHours: [],
  caps: [],
  cooldownMs: 0,
  caseGraceMs: 0,
  releasePerMinute: 100_000,
};

export async function openSendingWorld(
  options: { channels?: (deps: { database: TestDatabase }) => ChannelRegistry; clock?: Deps["clock"]; max?: number; smtpUrl?: string } = {},
): Promise<SendingWorld> {
  const database = await testDatabase({ max: options.max ?? 20 });
  const env = { ...testEnv, databaseUrl: database.url, smtpUrl: options.smtpUrl ?? null };
  const deps = depsOver(database, env, options);
  const { pool } = database;
  await pool.query(
    `INSERT INTO user_account (id, email, name, role, created_at) VALUES ($1, 'author@acme.test', 'Ann', 'marketer', now()),
       ($2, 'approver@acme.test', 'Cleo', 'compliance', now())`,
    [AUTHOR, APPROVER],
  );

  const world: SendingWorld = {
    database,
    deps,
    async define(kind, key, content) {
      const hash = hash16(canonicalJson(content));
      const { rows } = await pool.query<{ id: string; version: number }>(
        `INSERT INTO artifact (id, kind, key, name, live_version, created_at) VALUES ($1, $2, $3, $3, 1, now())
         ON CONFLICT (kind, key) DO UPDATE SET live_version = artifact.live_version + 1 RETURNING id, live_version AS version`,
        [uuidv7(Date.now()), kind, key],
      );
      const { id, version } = rows[0] ?? { id: "", version: 0 };
      await pool.query(
        `INSERT INTO artifact_version (artifact_id, version, status, content, content_hash, authors, created_at, updated_at)
         VALUES ($1, $2, 'live', $3, $4, ARRAY[$5::uuid], now(), now())`,
        [id, version, JSON.stringify(content), hash, AUTHOR],
      );
      await pool.query(
        `INSERT INTO approval (id, artifact_id, version, approver_id, verdict, comment, content_hash, at)
         VALUES ($1, $2, $3, $4, 'approved', 'fine', $5, now())`,
        [uuidv7(Date.now()), id, version, APPROVER, hash],
      );
      await pool.query("UPDATE control SET catalog_epoch = catalog_epoch + 1 WHERE id = 1");
    },
    async addCustomer(one = {}) {
      const id = uuidv7(Date.now());
      const userId = one.userId === undefined ? `user-${id}` : one.userId;
      await pool.query(
        `INSERT INTO customer (id, user_id, bucket_key, traits, locale, locale_source, timezone, timezone_source, created_at)
         VALUES ($1, $2, $3, $4, $5, 'told', $6, 'told', now())`,
        [id, userId, id, JSON.stringify(one.traits ?? { firstName: "Ada" }), one.locale ?? "en", one.timezone ?? "UTC"],
      );
      const email = one.email === undefined ? `${id}@example.test` : one.email;
      if (email !== null) {
        await pool.query(
          "INSERT INTO address (customer_id, kind, value, address_hash, verified, updated_at) VALUES ($1, 'email', $2, $3, $4, now())",
          [id, email, addressHash("email", email), one.verified ?? true],
        );
      }
      if (one.consent !== "none") {
        await pool.query(
          `INSERT INTO consent_entry (id, customer_id, purpose, channel, state, basis, source, actor, occurred_at, recorded_at)
           VALUES ($1, $2, 'proactive_help', '*', 'granted', 'consent', 'test', 'customer', now() - interval '1 day', now() - interval '1 day')`,
          [uuidv7(Date.now()), id],
        );
      }
      return id;
    },
    async offer(customerId, one = {}) {
      const now = deps.clock.now();
      const enrollmentId = uuidv7(now);
      const candidateId = uuidv7(now);
      const { arm, entryKind, entryKey, entry, ...part } = one;
      const offer: Offer = {
        stepKey: `${enrollmentId}.help.0.1`,
        kind: "help",
        enrollmentId,
        journeyKey: "checkout_help",
        journeyVersion: 1,
        nodeId: "help",
        rung: null,
        responseKey: "card_help",
        channels: ["email"],
        class: "help",
        purpose: "proactive_help",
        topic: "checkout",
        area: "payments",
        priority: 50,
        expectedBenefit: 1,
        whenOutranked: "hold",
        sensitive: false,
        duplicateWindowMs: 0,
        evidence: null,
        createdAt: now,
        validForMs: 86_400_000,
        ...part,
      };
      const context = {
        entry: entry ?? {},
        entryAt: now,
        arms: {},
        rung: 0,
        steps: 1,
        nodeVisit: 1,
        cursor: { at: now, key: "" },
        openOffer: offer.stepKey,
      };
      await pool.query(
        `INSERT INTO enrollment (id, customer_id, journey_key, journey_version, entry_kind, entry_key, arm, status, node_id, node_entered_at,
           context, entered_at) VALUES ($1, $2, $3, 1, $4, $5, $6, 'active', $7, $8, $9, $8)`,
        [
          enrollmentId,
          customerId,
          offer.journeyKey,
          entryKind ?? "event",
          entryKey ?? enrollmentId,
          arm ?? "treated",
          offer.nodeId,
          new Date(now),
          JSON.stringify(context),
        ],
      );
      await deps.data.candidates.insertCandidates(pool, [{ id: candidateId, customerId, offer }]);
      return { candidateId, enrollmentId, stepKey: offer.stepKey };
    },
    async ledger() {
      return (await pool.query<LedgerEntry>("SELECT * FROM send_ledger ORDER BY created_at, id")).rows;
    },
    async close() {
      await deps.channels.close();
      await database.close();
    },
  };
  await world.define("response", testResponse.key, testResponse);
  await world.define("journey", testJourney.key, testJourney);
  await world.define("policy", "moderation", openModeration);
  return world;
}

/** Another process of the same deployment: its own catalog, line of messages and channels over the same database. */
export function depsOver(
  database: TestDatabase,
  env: Env,
  options: { channels?: (deps: { database: TestDatabase }) => ChannelRegistry; clock?: Deps["clock"] } = {},
): Deps {
  const clock = options.clock ?? { now: () => Date.now() };
  const keepMails: Parameters<typeof createChannels>[0]["keepMails"] = (mails) =>
    deps.data.sandboxMail.keepMails(database.pool, mails, clock.now());
  const deps: Deps = createDeps({
    pool: database.pool,
    queue: { ring: () => {}, close: async () => {} },
    env,
    clock,
    channels: options.channels?.({ database }) ?? createChannels({ smtpUrl: env.smtpUrl, mailFrom: env.mailFrom, keepMails }),
  });
  return deps;
}
