import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createDeps, type Deps } from "#server/deps.ts";
import type { Catalog } from "#server/domain/definitions/catalog.ts";
import { readLink } from "#server/usecases/links/links.ts";
import { processEvents } from "#server/usecases/pipeline/process-events.ts";
import { reactToHelp } from "#server/usecases/pipeline/react-to-help.ts";
import { wakeTimers } from "#server/usecases/pipeline/wake-timers.ts";
import { listCustomerMessages } from "#server/usecases/public-api/list-customer-history.ts";
import { drainSending } from "#server/usecases/sending/drain-sending.ts";
import { findSurvey, recordSurveyAnswer } from "#server/usecases/sending/record-survey-answer.ts";
import { seedShop } from "#server/usecases/setup/seed-shop.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";
import { day, hour, minute, openTelling, second, type Told } from "../../support/pipeline-world.ts";
import { testEnv } from "../../support/sending-env.ts";
import { silentBell } from "../../support/silent-bell.ts";

let database: TestDatabase;
let deps: Deps;
let tell: (...told: Told[]) => Promise<void>;
const clock = { at: 0, now: () => clock.at };
/** Noon of a day to come: far from the hours in which mail waits. */
const noon = (Math.floor(Date.now() / day) + 1) * day + 12 * hour;
const email = (user: string) => `${user}@example.test`;

beforeAll(async () => {
  database = await testDatabase();
  deps = createDeps({ pool: database.pool, queue: silentBell(), clock, env: { ...testEnv, databaseUrl: database.url } });
  clock.at = noon - hour;
  await seedShop(deps, { hashPassword: async () => "-" });
  const { get, ...rest } = deps.catalog;
  deps.catalog = { ...rest, get: async () => withoutHoldout(await get()) };
  tell = await openTelling(database.pool, clock);
});
afterAll(() => database.close());
beforeEach(() => {
  clock.at = noon;
});

/** The shop as it is, but nobody is left alone by chance. */
function withoutHoldout(catalog: Catalog): Catalog {
  const journeys = new Map(
    [...catalog.journeys].map(([key, one]) => [key, { ...one, definition: { ...one.definition, holdoutShare: 0 } }] as const),
  );
  const { holdout } = catalog.policies;
  return {
    ...catalog,
    journeys,
    policies: { ...catalog.policies, holdout: { ...holdout, definition: { ...holdout.definition, globalShare: 0 } } },
  };
}

async function settle(): Promise<void> {
  await processEvents(deps);
  while ((await wakeTimers(deps)).woken > 0);
  await drainSending(deps);
}

/** Time goes by minute after minute, as the workers would see it. */
async function pass(ms: number, step = minute): Promise<void> {
  for (const end = clock.at + ms; clock.at < end; ) {
    clock.at = Math.min(clock.at + step, end);
    await settle();
  }
}

async function getStuck(userId: string, traits: Record<string, unknown> = {}): Promise<void> {
  const failed = [1, 2, 3].map((n) => ({ messageId: `${userId}-failed-${n}`, name: "Payment Failed", userId, at: clock.at + n * second }));
  await tell({ messageId: `${userId}-is`, type: "identify", name: "", userId, traits: { email: email(userId), ...traits } }, ...failed);
  clock.at += 5 * second;
  await settle();
}

async function messagesOf(userId: string): Promise<{ id: string; channel: string; state: string; after: number }[]> {
  const { data } = await listCustomerMessages(deps, { userId, before: null, limit: 50 });
  return data
    .map(({ id, channel, state, createdAt }) => ({ id, channel, state, after: Math.floor((Date.parse(createdAt) - noon) / minute) }))
    .toReversed();
}

async function inboxOf(userId: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>("SELECT id FROM customer WHERE user_id = $1", [userId]);
  const view = { channels: ["in_page", "in_app"] as const, now: clock.at, limit: 10 };
  return (await deps.data.inbox.listInbox(database.pool, [rows[0]?.id ?? ""], view)).map((one) => one.text);
}

describe("the ladder of the example shop", () => {
  test("climbs from the page to a mail to a person while the trouble lasts, never faster than people are left in peace", async () => {
    await getStuck("climber", { plan: "gold" });
    expect(await messagesOf("climber")).toMatchObject([{ channel: "in_page", state: "sent", after: 0 }]);
    expect(await inboxOf("climber")).toEqual([expect.stringContaining("Your basket is saved")]);

    await pass(19 * minute);
    expect(await messagesOf("climber")).toHaveLength(1);
    // The second rung is due after 20 minutes; the policy leaves people an hour of peace after each message.
    await pass(30 * minute);
    expect(await messagesOf("climber")).toHaveLength(1);
    expect(await inboxOf("climber"), "a tip in the page is over after half an hour").toEqual([]);
    await pass(15 * minute);
    expect(await messagesOf("climber")).toMatchObject([{}, { channel: "email", state: "sent", after: 60 }]);
    const { rows: mails } = await database.pool.query("SELECT subject, recipient FROM sandbox_mail");
    expect(mails).toEqual([{ subject: "Your basket is waiting – can we help?", recipient: email("climber") }]);

    await pass(125 * minute, 5 * minute);
    const { rows: tasks } = await database.pool.query("SELECT t.kind, t.queue FROM task t JOIN customer c ON c.id = t.customer_id");
    expect(tasks).toEqual([{ kind: "handoff", queue: "orders" }]);
    expect(await messagesOf("climber")).toHaveLength(2);
  });

  test("ends when the order is made, and the goal is an outcome of the message before it", async () => {
    await getStuck("buyer");
    await pass(5 * minute);
    await tell({
      messageId: "buyer-order",
      name: "Order Completed",
      userId: "buyer",
      properties: { order_id: "b-1", total: 10, currency: "EUR" },
    });
    await pass(90 * minute, 5 * minute);
    const [tip, ...more] = await messagesOf("buyer");
    expect(more).toEqual([]);
    const { rows } = await database.pool.query("SELECT journey_key FROM outcome WHERE kind = 'goal' AND message_id = $1", [tip?.id]);
    expect(rows).toEqual([{ journey_key: "checkout_help" }]);
  });

  test("says nothing more after a no, and the no is counted once", async () => {
    await getStuck("decliner", { plan: "gold" });
    const [tip] = await messagesOf("decliner");
    for (let time = 0; time < 2; time += 1) await reactToHelp(deps, { messageId: tip?.id ?? "", reaction: "declined" });
    await pass(4 * hour, 5 * minute);
    expect(await messagesOf("decliner")).toHaveLength(1);
    const { rows } = await database.pool.query("SELECT kind FROM outcome WHERE message_id = $1", [tip?.id]);
    expect(rows).toEqual([{ kind: "declined" }]);
    // Stuck again at the same place, after the journey may begin anew: the no still holds.
    clock.at = noon + 4 * day;
    await tell(...[4, 5, 6].map((n) => ({ messageId: `again-${n}`, name: "Payment Failed", userId: "decliner", at: clock.at + n })));
    clock.at += second;
    await settle();
    expect(await messagesOf("decliner")).toHaveLength(1);
  });

  test("waits as long as a customer who says “not now” asks for, and then tries once more", async () => {
    await getStuck("later");
    const [tip] = await messagesOf("later");
    await reactToHelp(deps, { messageId: tip?.id ?? "", reaction: "snoozed", until: clock.at + 2 * hour });
    await pass(119 * minute, 5 * minute);
    expect(await messagesOf("later")).toHaveLength(1);
    await pass(10 * minute);
    expect(await messagesOf("later")).toMatchObject([{}, { channel: "in_page", state: "sent", after: 120 }]);
  });
});

test("a survey goes out the day after a delay notice, asks by a link, and keeps one answer", async () => {
  const users = Array.from({ length: 24 }, (_, n) => `waiter-${n}`);
  await tell(
    ...users.flatMap((userId) => [
      { messageId: `${userId}-is`, type: "identify" as const, name: "", userId, traits: { email: email(userId), timezone: "UTC" } },
      { messageId: `${userId}-late`, name: "Delivery Delayed", userId, properties: { delay_minutes: 120 }, at: clock.at + 1 },
    ]),
  );
  clock.at += second;
  await settle();
  await pass(3 * day, hour);
  const { rows: surveys } = await database.pool.query<{ id: string; customer_id: string; body_text: string }>(
    `SELECT l.id, l.customer_id, b.body AS body_text FROM send_ledger l JOIN message_body b ON b.id = l.id
     WHERE l.node_id = 'survey' AND l.state = 'sent'`,
  );
  const { rows: notices } = await database.pool.query<{ body: string }>(
    "SELECT DISTINCT b.body FROM send_ledger l JOIN message_body b ON b.id = l.id WHERE l.node_id = 'notice'",
  );
  expect(notices.map((notice) => notice.body)).toEqual([expect.stringContaining("Your order (the latest one) will arrive later.")]);
  expect(surveys[0]?.body_text).toContain("Example Shop");
  expect(surveys.length).toBeGreaterThan(0);
  expect(surveys.length).toBeLessThan(users.length);
  const [survey] = surveys;
  const token = /\/survey\/([\w.-]+)/.exec(survey?.body_text ?? "")?.[1] ?? "";
  const link = readLink(deps, "survey", token);
  expect(link).toEqual({ customerId: survey?.customer_id, messageId: survey?.id });
  const asked = { messageId: survey?.id ?? "", customerId: survey?.customer_id ?? "" };
  expect(await findSurvey(deps, asked)).toBe("csat");
  expect(await recordSurveyAnswer(deps, { ...asked, score: 6, comment: null })).toEqual({ ok: false, code: "out_of_range" });
  expect(await recordSurveyAnswer(deps, { ...asked, score: 2, comment: null })).toEqual({ ok: true, survey: "csat" });
  expect(await recordSurveyAnswer(deps, { ...asked, score: 4, comment: " better now " })).toEqual({ ok: true, survey: "csat" });
  const { rows: answers } = await database.pool.query("SELECT score, comment FROM survey_answer");
  expect(answers).toEqual([{ score: 4, comment: "better now" }]);
  clock.at += 8 * day;
  expect(await recordSurveyAnswer(deps, { ...asked, score: 1, comment: null })).toEqual({ ok: false, code: "too_late" });
});
