import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultPolicies } from "#server/domain/definitions/default-policies.ts";
import { simulate } from "#server/domain/simulation/simulate.ts";
import { actorKey } from "#server/ids.ts";
import { processEvents } from "#server/usecases/pipeline/process-events.ts";
import { runSchedules, startDueSchedules } from "#server/usecases/pipeline/run-schedules.ts";
import { sweep } from "#server/usecases/pipeline/sweep.ts";
import { wakeTimers } from "#server/usecases/pipeline/wake-timers.ts";
import { drainSending } from "#server/usecases/sending/drain-sending.ts";
import { day, hour, journey, minute, openTelling, second, signal, situation, type Told } from "../../support/pipeline-world.ts";
import { recordedSteps } from "../../support/recorded-steps.ts";
import { openSendingWorld, type SendingWorld } from "../../support/sending-world.ts";
import { actInStory } from "../../support/story-acts.ts";

const clock = { at: Date.UTC(2026, 10, 23, 9), now: () => clock.at };
let world: SendingWorld;
let tell: (...told: Told[]) => Promise<void>;

beforeAll(async () => {
  world = await openSendingWorld({ clock });
  await world.define("signal", "payment_failed", signal({ key: "payment_failed" }));
  await world.define(
    "signal",
    "rage_click",
    signal({
      key: "rage_click",
      kind: "repeat",
      match: { type: "track", name: "Clicked" },
      keyField: "element",
      times: 3,
      withinMs: 10 * second,
      weight: 1,
      saturation: 0.3,
    }),
  );
  await world.define(
    "signal",
    "left_checkout",
    signal({
      key: "left_checkout",
      kind: "exit",
      begin: { type: "track", name: "Checkout Started" },
      complete: { type: "track", name: "Order Completed" },
      withinMs: 15 * minute,
      weight: 1,
      saturation: 0.5,
    }),
  );
  await world.define("situation", "checkout_trouble", situation({ key: "checkout_trouble", maxDurationMs: 6 * hour }));
  await world.define(
    "situation",
    "stuck",
    situation({
      key: "stuck",
      signals: [
        { signal: "rage_click", group: "click", weight: 0.8 },
        { signal: "left_checkout", group: "checkout", weight: 0.8 },
      ],
      thresholds: { enter: 0.45, exit: 0.1 },
    }),
  );
  const response = "card_help";
  await world.define("policy", "moderation", { ...defaultPolicies.moderation.definition, key: "moderation", cooldownMs: 20 * minute });
  await world.define(
    "journey",
    "trouble_help",
    journey({
      key: "trouble_help",
      topic: "payment",
      holdoutShare: 0.3,
      reentry: { mode: "after", ms: hour },
      exitOn: { situationEnds: true },
      start: "ladder",
      nodes: [
        {
          id: "ladder",
          kind: "ladder",
          sensitive: false,
          expectedBenefit: 2,
          rungs: [
            { response, channels: ["in_app"], validForMs: hour, waitMs: 30 * minute },
            { response, channels: ["email"], validForMs: 4 * hour, waitMs: hour },
          ],
          next: "done",
        },
        { id: "done", kind: "exit", reason: "done" },
      ],
    }),
  );
  await world.define(
    "journey",
    "stuck_help",
    journey({
      key: "stuck_help",
      topic: "stuck",
      priority: 70,
      entry: { kind: "situation", situation: "stuck" },
      start: "pause",
      nodes: [
        { id: "pause", kind: "wait", mode: "for", ms: 5 * minute, next: "help" },
        { id: "help", kind: "help", response, channels: "auto", validForMs: 2 * hour, sensitive: false, expectedBenefit: 1, next: "done" },
        { id: "done", kind: "exit", reason: "done" },
      ],
    }),
  );
  await world.define(
    "journey",
    "welcome",
    journey({
      key: "welcome",
      topic: "welcome",
      priority: 10,
      entry: { kind: "event", match: { type: "track", name: "Signed Up" } },
      reentry: { mode: "once" },
      start: "half",
      nodes: [
        {
          id: "half",
          kind: "split",
          salt: "welcome",
          arms: [
            { key: "one", weight: 1, next: "wait" },
            { key: "two", weight: 1, next: "done" },
          ],
        },
        {
          id: "wait",
          kind: "wait",
          mode: "until_event",
          match: { type: "track", name: "Clicked" },
          timeoutMs: hour,
          next: "done",
          onTimeout: "help",
        },
        { id: "help", kind: "help", response, channels: "auto", validForMs: day, sensitive: false, expectedBenefit: 1, next: "done" },
        { id: "done", kind: "exit", reason: "done" },
      ],
    }),
  );
  await world.define(
    "journey",
    "called_help",
    journey({
      key: "called_help",
      topic: "payment",
      priority: 80,
      entry: { kind: "api" },
      reentry: { mode: "always" },
      concurrency: "many",
      duplicateWindowMs: 0,
      nodes: [
        { id: "help", kind: "help", response, channels: "auto", validForMs: day, sensitive: true, expectedBenefit: 1, next: "done" },
        { id: "done", kind: "exit", reason: "done" },
      ],
    }),
  );
  const known = { field: "traits.firstName", op: "eq" as const, value: "Ada" };
  await world.define("segment", "known", { key: "known", name: "Known", rule: known });
  await world.define(
    "journey",
    "morning",
    journey({
      key: "morning",
      topic: "morning",
      entry: { kind: "schedule", cron: "0 */6 * * *", zone: "company", segment: "known" },
      reentry: { mode: "always" },
      concurrency: "many",
      nodes: [
        {
          id: "help",
          kind: "help",
          response,
          channels: ["email"],
          validForMs: 8 * hour,
          sensitive: false,
          expectedBenefit: 0,
          next: "done",
        },
        { id: "done", kind: "exit", reason: "done" },
      ],
    }),
  );
  tell = await openTelling(world.database.pool, clock);
});
afterAll(() => world.close());

/** A story by a seeded generator: people, devices, late and old events, sign-ins, orders and cases, over two days. */
function makeStory(seed: number, length: number): { advanceMs: number; told: Told[] }[] {
  let state = seed;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  let made = 0;
  const one = (): Told => {
    made += 1;
    const person = 1 + Math.floor(random() * 8);
    const known = random() < 0.7;
    const late = random() < 0.2 ? Math.floor(random() * 40 * minute) : 0;
    const base = {
      messageId: `m${made}`,
      userId: known ? `user${person}` : null,
      anonymousId: !known || random() < 0.3 ? `device${person}` : null,
      at: -late,
      historical: late > 0 && random() < 0.2,
    };
    const dice = random();
    if (dice < 0.1)
      return {
        ...base,
        name: "",
        type: "identify",
        userId: `user${person}`,
        traits: { email: `u${person}@example.test`, firstName: "Ada", timezone: pick(["Europe/Berlin", "America/New_York"]) },
      };
    if (dice < 0.4) return { ...base, name: "Payment Failed" };
    if (dice < 0.7) return { ...base, name: "Clicked", properties: { element: pick(["pay", "back"]) } };
    if (dice < 0.82) return { ...base, name: "Checkout Started" };
    if (dice < 0.87) return { ...base, name: "Signed Up" };
    if (dice < 0.93) return { ...base, name: "Order Completed", properties: { order_id: `o${made}`, total: 9 } };
    const change = pick(["Case Opened", "Case Resolved"]);
    return { ...base, name: change, properties: { case_id: `c${person}`, channel: "email", type: "billing" } };
  };
  return Array.from({ length }, () => ({
    advanceMs: Math.floor(random() ** 3 * 90 * minute),
    told: Array.from({ length: 1 + Math.floor(random() * 6) }, one),
  }));
}

type LiveDecision = {
  customer: string;
  journey_key: string;
  entry_key: string;
  node: string;
  rung: number | null;
  at: Date;
  verdict: string;
  would_be: string;
  guard: string | null;
  channel: string | null;
  hold_until: Date | null;
  guards: { guard: string; outcome: string; code: string }[];
};

describe("the simulator", () => {
  it("comes to the same states, transitions, enrollments and decisions as the workers did, from what they logged", async () => {
    const { deps, database } = world;
    const { pool } = database;
    for (const [n, { advanceMs, told }] of makeStory(20_261_123, 150).entries()) {
      clock.at += advanceMs;
      await actInStory(deps, clock, n);
      await tell(...told.map((one) => ({ ...one, at: clock.at + (one.at ?? 0) })));
      await processEvents(deps);
      while ((await wakeTimers(deps)).more);
      await sweep(deps);
      await startDueSchedules(deps);
      while ((await runSchedules(deps)).more);
      await drainSending(deps);
    }

    const steps = await recordedSteps(deps);
    const catalog = await deps.catalog.get();
    const simulated = simulate({ catalog, steps, nameActor: actorKey, channels: deps.channels.names() });

    const live = await pool.query<{ bucket_key: string; state: unknown }>(
      `SELECT c.bucket_key, s.state FROM customer c JOIN customer_state s ON s.customer_id = c.id WHERE c.merged_into IS NULL ORDER BY 1`,
    );
    const living = simulated.customers.filter((customer) => customer.mergedInto === null && customer.state.evaluatedAt !== null);
    expect(inOrder(living.map(({ person, state }) => ({ bucket_key: person.bucketKey, state })))).toEqual(inOrder(live.rows));

    const transitions = await pool.query(
      `SELECT c.bucket_key AS customer, t.situation_key AS situation, t.kind, t.episode, t.at, t.retroactive FROM situation_transition t
       JOIN customer c ON c.id = t.customer_id`,
    );
    expect(
      inOrder(
        simulated.customers.flatMap(({ person, transitions: own }) =>
          own.map(({ situation: key, kind, episode, at, retroactive }) => ({
            customer: person.bucketKey,
            situation: key,
            kind,
            episode,
            at: new Date(at),
            retroactive,
          })),
        ),
      ),
    ).toEqual(inOrder(transitions.rows));
    expect(transitions.rows.length).toBeGreaterThan(20);

    const enrollments = await pool.query(
      `SELECT c.bucket_key AS customer, e.journey_key, split_part(e.entry_key, '~', 1) AS entry_key, e.arm, e.status, e.node_id, e.entered_at, e.eligible_at, e.goal_at, e.ended_at, e.end_reason
       FROM enrollment e JOIN customer c ON c.id = e.customer_id`,
    );
    const date = (at: number | null) => (at === null ? null : new Date(at));
    const simulatedEnrollments = simulated.customers.flatMap(({ person, enrollments: own }) =>
      own.map((one) => ({
        customer: person.bucketKey,
        journey_key: one.journeyKey,
        entry_key: withoutId(one.entryKey),
        arm: one.arm,
        status: one.status,
        node_id: one.nodeId,
        entered_at: date(one.enteredAt),
        eligible_at: date(one.eligibleAt),
        goal_at: date(one.goalAt),
        ended_at: date(one.endedAt),
        end_reason: one.endReason,
      })),
    );
    expect(inOrder(simulatedEnrollments)).toEqual(inOrder(enrollments.rows));
    expect(enrollments.rows.length).toBeGreaterThan(10);

    const decisions = await pool.query<LiveDecision>(
      `SELECT coalesce(c.user_id, c.bucket_key) AS customer, d.journey_key, split_part(e.entry_key, '~', 1) AS entry_key, ca.offer->>'nodeId' AS node, (ca.offer->>'rung')::int AS rung,
         d.decided_at AS at, d.verdict, d.would_be, d.guard, d.channel, d.hold_until, d.record->'guards' AS guards
       FROM decision d JOIN enrollment e ON e.id = d.enrollment_id JOIN candidate ca ON ca.id = d.candidate_id JOIN customer c ON c.id = d.customer_id`,
    );
    const simulatedDecisions = simulated.decisions.map((one) => ({
      customer: one.customer,
      journey_key: one.journeyKey,
      entry_key: withoutId(one.entryKey),
      node: one.nodeId,
      rung: one.rung,
      at: new Date(one.decidedAt),
      verdict: one.decision.verdict,
      would_be: one.decision.wouldBe,
      guard: one.decision.guard,
      channel: one.decision.channel,
      hold_until: date(one.decision.holdUntil),
      guards: codesOf(one.decision.guards),
    }));
    const liveDecisions = decisions.rows.map((row) => ({ ...row, guards: codesOf(row.guards) }));
    expect(inOrder(simulatedDecisions)).toEqual(inOrder(liveDecisions));
    // The story is worth something only while each of these had its say.
    expect(new Set(decisions.rows.map((row) => row.verdict))).toEqual(new Set(["SEND", "HOLD", "REVIEW", "SUPPRESS"]));
    const guards = new Set(decisions.rows.map((row) => row.guard));
    for (const guard of ["consent", "preferences", "incident", "case", "duplicate", "holdout", "sensitive", "conflict"]) {
      expect(guards).toContain(guard);
    }
    const told = new Set(steps.map((step) => (step.kind === "trigger" ? step.trigger.kind : step.kind)));
    for (const kind of ["schedule", "api", "reaction", "review", "consent", "preferences", "incident_opened", "incident_resolved"]) {
      expect(told).toContain(kind);
    }
  });
});

/** The key of a merged enrollment may carry its id, which is another one in every run. */
function withoutId(entryKey: string): string {
  return entryKey.split("~")[0] ?? entryKey;
}

/** What each guard said; its facts hold ids, which are others in every run. */
function codesOf(guards: readonly { guard: string; outcome: string; code: string }[]): string[] {
  return guards.map(({ guard, outcome, code }) => `${guard} ${outcome} ${code}`);
}

/** Lists as sets: their order is not part of the claim. */
function inOrder<T>(list: readonly T[]): T[] {
  return list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
