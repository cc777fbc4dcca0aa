import type pg from "pg";
import { type ChannelRegistry, createChannels } from "./channels/registry.ts";
import { type Crashpoint, createCrashpoint } from "./config/crashpoint.ts";
import { type Env, readEnv } from "./config/env.ts";
import * as addresses from "./data/addresses.ts";
import * as apiKeys from "./data/api-keys.ts";
import * as artifacts from "./data/artifacts.ts";
import * as audit from "./data/audit.ts";
import * as candidates from "./data/candidates.ts";
import * as cases from "./data/cases.ts";
import { type CatalogCache, createCatalogCache } from "./data/catalog.ts";
import * as consent from "./data/consent.ts";
import * as consoleAudit from "./data/console-audit.ts";
import * as consoleCustomers from "./data/console-customers.ts";
import * as consoleDefinitions from "./data/console-definitions.ts";
import * as consoleDeliveries from "./data/console-deliveries.ts";
import * as consoleEvents from "./data/console-events.ts";
import * as consoleJourneys from "./data/console-journeys.ts";
import * as consoleOutbox from "./data/console-outbox.ts";
import * as consoleSettings from "./data/console-settings.ts";
import * as consoleSources from "./data/console-sources.ts";
import * as consoleTimeline from "./data/console-timeline.ts";
import * as consoleToday from "./data/console-today.ts";
import * as control from "./data/control.ts";
import * as customerMessages from "./data/customer-messages.ts";
import * as customerState from "./data/customer-state.ts";
import * as customers from "./data/customers.ts";
import * as decisions from "./data/decisions.ts";
import * as durability from "./data/durability.ts";
import * as enrollments from "./data/enrollments.ts";
import * as evaluationLog from "./data/evaluation-log.ts";
import * as events from "./data/events.ts";
import * as faults from "./data/faults.ts";
import * as gateContext from "./data/gate-context.ts";
import * as idempotency from "./data/idempotency.ts";
import * as identities from "./data/identities.ts";
import * as inbox from "./data/inbox.ts";
import * as incidents from "./data/incidents.ts";
import * as invitations from "./data/invitations.ts";
import * as maintenance from "./data/maintenance.ts";
import * as messages from "./data/messages.ts";
import * as orders from "./data/orders.ts";
import * as outcomes from "./data/outcomes.ts";
import * as pending from "./data/pending.ts";
import { type Sql, transact } from "./data/pool.ts";
import * as preferences from "./data/preferences.ts";
import { createPrisma, type Db } from "./data/prisma.ts";
import * as receipts from "./data/receipts.ts";
import * as rejections from "./data/rejections.ts";
import * as sandboxMail from "./data/sandbox-mail.ts";
import * as scheduleRuns from "./data/schedule-runs.ts";
import * as sessions from "./data/sessions.ts";
import * as signInAttempts from "./data/sign-in-attempts.ts";
import * as signalHits from "./data/signal-hits.ts";
import * as situations from "./data/situations.ts";
import * as sources from "./data/sources.ts";
import * as surveyAnswers from "./data/survey-answers.ts";
import * as tasks from "./data/tasks.ts";
import * as timers from "./data/timers.ts";
import * as users from "./data/users.ts";
import { uuidv7 } from "./ids.ts";
import type { Doorbell } from "./queue/doorbell.ts";
import { createLogger, type Log } from "./telemetry/log.ts";

/** Every data module, by aggregate. The one place that names them all. */
export const data = {
  surveyAnswers,
  receipts,
  inbox,
  preferences,
  messages,
  incidents,
  gateContext,
  decisions,
  durability,
  control,
  consent,
  addresses,
  candidates,
  maintenance,
  cases,
  customerMessages,
  customerState,
  customers,
  enrollments,
  evaluationLog,
  faults,
  identities,
  orders,
  outcomes,
  pending,
  scheduleRuns,
  signalHits,
  situations,
  tasks,
  timers,
  apiKeys,
  events,
  idempotency,
  rejections,
  sandboxMail,
  sources,
  consoleAudit,
  consoleCustomers,
  consoleDefinitions,
  consoleDeliveries,
  consoleEvents,
  consoleJourneys,
  consoleOutbox,
  consoleSettings,
  consoleSources,
  consoleTimeline,
  consoleToday,
  artifacts,
  audit,
  invitations,
  sessions,
  signInAttempts,
  users,
};

export type Clock = { now(): number };

/** What a use case may reach. A plain object: tests replace single parts, nothing is looked up by name. */
export type Deps = {
  env: Env;
  log: Log;
  clock: Clock;
  /** UUIDv7 at the clock's now. */
  newId(): string;
  pool: pg.Pool;
  /** The typed client over the same pool, loaded when first asked for: only the console reads through it. */
  db(): Promise<Db>;
  transact<T>(work: (tx: Sql) => Promise<T>): Promise<T>;
  data: typeof data;
  queue: Doorbell;
  catalog: CatalogCache;
  channels: ChannelRegistry;
  crashpoint: Crashpoint;
};

export type DepsParts = {
  pool: pg.Pool;
  queue: Doorbell;
  /** The environment of the process when left out, read when first asked for. */
  env?: Env;
  log?: Log;
  channels?: ChannelRegistry;
  clock?: Clock;
  crashpoint?: Crashpoint;
};

export function createDeps(parts: DepsParts): Deps {
  const clock = parts.clock ?? { now: () => Date.now() };
  let env = parts.env;
  let channels = parts.channels;
  return {
    get env() {
      env ??= readEnv();
      return env;
    },
    get channels() {
      channels ??= createChannels({
        smtpUrl: this.env.smtpUrl,
        mailFrom: this.env.mailFrom,
        keepMails: (mails) => data.sandboxMail.keepMails(parts.pool, mails, clock.now()),
      });
      return channels;
    },
    log: parts.log ?? createLogger("tact"),
    clock,
    newId: () => uuidv7(clock.now()),
    pool: parts.pool,
    db: createPrisma(parts.pool),
    transact: (work) => transact(parts.pool, work),
    data,
    queue: parts.queue,
    catalog: createCatalogCache(parts.pool),
    crashpoint: parts.crashpoint ?? createCrashpoint(),
  };
}
