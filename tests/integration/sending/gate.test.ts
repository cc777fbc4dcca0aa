import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createInbox } from "#server/channels/in-app.ts";
import { registryOf } from "#server/channels/registry.ts";
import { replayDecision } from "#server/domain/decisions/frozen-input.ts";
import { hash16 } from "#server/ids.ts";
import { decideNow } from "#server/usecases/sending/decide-now.ts";
import { deliverMessages } from "#server/usecases/sending/deliver-messages.ts";
import { drainSending } from "#server/usecases/sending/drain-sending.ts";
import { setShadowMode } from "#server/usecases/sending/pause.ts";
import { reviewOffer } from "#server/usecases/sending/review-offer.ts";
import { runGate } from "#server/usecases/sending/run-gate.ts";
import { sweepMessages } from "#server/usecases/sending/sweep-messages.ts";
import { whyMessage } from "#server/usecases/sending/why-message.ts";
import { type RecordingChannel, recordingChannel } from "../../support/recording-channel.ts";
import { testEnv } from "../../support/sending-env.ts";
import { depsOver, openModeration, openSendingWorld, type SendingWorld, testResponse } from "../../support/sending-world.ts";

let world: SendingWorld;
let provider: RecordingChannel;
let shift = 0;
const clock = { now: () => Date.now() + shift };
const by = { kind: "system", id: "test", ip: null } as const;

beforeAll(async () => {
  provider = recordingChannel();
  world = await openSendingWorld({ clock, channels: () => registryOf([provider, createInbox("in_app")]) });
});
afterAll(() => world.close());
beforeEach(async () => {
  provider.calls = [];
  provider.answer = () => ({ outcome: "accepted", detail: "recorded" });
  await world.define("policy", "moderation", openModeration);
});

async function ledgerOf(customerId: string) {
  return (await world.ledger()).filter((row) => row.customer_id === customerId);
}
async function decisionsOf(customerId: string) {
  return (await world.deps.data.decisions.listDecisions(world.database.pool, [customerId], { before: null, limit: 50 })).reverse();
}

describe("one offer", () => {
  test("is sent once, told to the journey, and explained to the customer", async () => {
    const customer = await world.addCustomer();
    const { enrollmentId } = await world.offer(customer);
    expect(await drainSending(world.deps)).toEqual({ decided: 1, sent: 1 });
    expect(await drainSending(world.deps)).toEqual({ decided: 0, sent: 0 });
    expect(provider.calls.map((call) => call.message)).toMatchObject([
      { subject: "Your payment, Ada", recipient: `${customer}@example.test` },
    ]);
    const [row] = await ledgerOf(customer);
    expect(row).toMatchObject({ state: "sent", channel: "email", attempts: 1 });
    const enrollment = await world.database.pool.query("SELECT eligible_at FROM enrollment WHERE id = $1", [enrollmentId]);
    expect(enrollment.rows[0].eligible_at).not.toBeNull();
    const why = await whyMessage(world.deps, { messageId: row?.id ?? "", customerId: customer });
    expect(why?.explanation.benefit).toBe("You can pay in another way.");
    expect(await whyMessage(world.deps, { messageId: row?.id ?? "", customerId: await world.addCustomer() })).toBeNull();
  });

  test("goes out once when many workers gate and deliver at the same time", async () => {
    const customers = await Promise.all(Array.from({ length: 60 }, () => world.addCustomer()));
    for (const customer of customers) await world.offer(customer);
    const workers = [1, 2, 3, 4].map(() => depsOver(world.database, testEnv, { clock, channels: () => registryOf([provider]) }));
    await Promise.all(workers.map((deps) => drainSending(deps, { limit: 7 })));
    await drainSending(world.deps);
    expect(provider.calls.map((call) => call.message.customerId).sort()).toEqual(customers.sort());
  });

  test("to an address that is not verified, or without consent, is a recorded silence", async () => {
    const unverified = await world.addCustomer({ verified: false });
    const unasked = await world.addCustomer({ consent: "none" });
    await world.offer(unverified);
    await world.offer(unasked);
    await drainSending(world.deps);
    expect(provider.calls).toEqual([]);
    expect(await decisionsOf(unverified)).toMatchObject([{ verdict: "SUPPRESS" }]);
    expect(await decisionsOf(unasked)).toMatchObject([{ verdict: "SUPPRESS", record: { guard: "consent", code: "consent_unknown" } }]);
  });

  test("of somebody held out leaves a ghost and the same decision without the holdout", async () => {
    const customer = await world.addCustomer();
    await world.offer(customer, { arm: "holdout" });
    await drainSending(world.deps);
    expect(provider.calls).toEqual([]);
    expect(await ledgerOf(customer)).toMatchObject([{ state: "withheld", reason: "holdout" }]);
    expect(await decisionsOf(customer)).toMatchObject([{ verdict: "SUPPRESS", record: { guard: "holdout", wouldBe: "SEND" } }]);
  });

  test("in shadow mode is decided and withheld", async () => {
    await setShadowMode(world.deps, { on: true, by });
    const customer = await world.addCustomer();
    await world.offer(customer);
    await drainSending(world.deps);
    await setShadowMode(world.deps, { on: false, by });
    expect(provider.calls).toEqual([]);
    expect(await ledgerOf(customer)).toMatchObject([{ state: "withheld", reason: "shadow mode" }]);
  });

  test("that needs a person waits for one, and is decided anew when they agree", async () => {
    const customer = await world.addCustomer();
    const { candidateId } = await world.offer(customer, { sensitive: true });
    await drainSending(world.deps);
    const { rows } = await world.database.pool.query("SELECT id FROM task WHERE candidate_id = $1", [candidateId]);
    expect(provider.calls).toEqual([]);
    await reviewOffer(world.deps, { taskId: rows[0].id, verdict: "approved", by });
    await expect(reviewOffer(world.deps, { taskId: rows[0].id, verdict: "rejected", by })).rejects.toMatchObject({ code: "conflict" });
    await drainSending(world.deps);
    expect(await ledgerOf(customer)).toMatchObject([{ state: "sent" }]);
  });
});

describe("what surely failed", () => {
  test("by refusal goes to the next channel", async () => {
    provider.answer = () => ({ outcome: "refused", detail: "no such mailbox" });
    const customer = await world.addCustomer();
    await world.offer(customer, { channels: ["email", "in_app"] });
    await drainSending(world.deps);
    expect(await ledgerOf(customer)).toMatchObject([
      { channel: "email", state: "failed" },
      { channel: "in_app", state: "sent" },
    ]);
  });

  test("for a moment is tried again later, through the whole gate", async () => {
    provider.answer = () => ({ outcome: "retry", detail: "busy" });
    const customer = await world.addCustomer();
    await world.offer(customer);
    await drainSending(world.deps);
    provider.answer = () => ({ outcome: "accepted", detail: "recorded" });
    await drainSending(world.deps);
    expect(await ledgerOf(customer)).toMatchObject([{ state: "failed" }]);
    shift += 60_000;
    await drainSending(world.deps);
    expect(await ledgerOf(customer)).toMatchObject([{ state: "failed" }, { state: "sent" }]);
  });
  test("and what may have arrived is never tried again", async () => {
    provider.answer = () => ({ outcome: "ambiguous", detail: "connection lost" });
    const customer = await world.addCustomer();
    await world.offer(customer);
    await drainSending(world.deps);
    shift += 3_600_000;
    await drainSending(world.deps);
    expect(provider.calls).toHaveLength(1);
    expect(await ledgerOf(customer)).toMatchObject([{ state: "unknown" }]);
  });
});

describe("a provider that knows the key", () => {
  test("is asked again under the same key when its answer was lost, and only then", async () => {
    const keyed = recordingChannel({ channel: "email", guarantee: "idempotent" });
    const deps = depsOver(world.database, testEnv, { clock, channels: () => registryOf([keyed]) });
    keyed.answer = () => ({ outcome: keyed.calls.length < 3 ? "ambiguous" : "accepted", detail: "recorded" });
    const customer = await world.addCustomer();
    await world.offer(customer);
    for (let round = 0; round < 4; round += 1) {
      await drainSending(deps);
      shift += 6_000;
      await sweepMessages(deps);
    }
    expect(keyed.calls).toHaveLength(3);
    expect(new Set(keyed.calls.map((call) => call.key)).size).toBe(1);
    expect(keyed.calls[2]?.message).toEqual(keyed.calls[0]?.message);
    expect(await ledgerOf(customer)).toMatchObject([{ state: "sent", attempts: 3 }]);
  });
});

describe("a run that many share", () => {
  test("reaches a household's one address once", async () => {
    const shared = { email: "family@example.test" };
    const [first, second] = [await world.addCustomer(shared), await world.addCustomer(shared)];
    for (const customer of [first, second]) await world.offer(customer, { entryKind: "schedule", entryKey: "2026-11-23T09:00" });
    await drainSending(world.deps);
    expect(provider.calls).toHaveLength(1);
    const decisions = [...(await decisionsOf(first)), ...(await decisionsOf(second))];
    expect(decisions.map((one) => one.verdict).sort()).toEqual(["SEND", "SUPPRESS"]);
    expect(decisions.find((one) => one.verdict === "SUPPRESS")?.record).toMatchObject({ code: "duplicate_address" });
  });
});

describe("a cap", () => {
  test("of three a day holds with forty offers and four workers, midnight or not", async () => {
    await world.define("policy", "moderation", { ...openModeration, caps: [{ channel: "*", max: 3, per: "day" }] });
    for (const timezone of ["Pacific/Apia", "America/Sao_Paulo", "Asia/Kathmandu"]) {
      const customer = await world.addCustomer({ timezone });
      for (let index = 0; index < 40; index += 1) await world.offer(customer, { validForMs: 3_600_000 });
      const workers = [1, 2, 3, 4].map(() => depsOver(world.database, testEnv, { clock, channels: () => registryOf([provider]) }));
      for (let round = 0; round < 6; round += 1) {
        await Promise.all(workers.map((deps) => drainSending(deps)));
        await world.database.pool.query("UPDATE candidate SET status = 'open', due_at = now() - interval '1 hour' WHERE status = 'held'");
      }
      const days = new Map<string, number>();
      for (const row of await ledgerOf(customer)) {
        const { rows } = await world.database.pool.query(
          "SELECT to_char(created_at AT TIME ZONE $2, 'YYYY-MM-DD') AS day FROM send_ledger WHERE id = $1",
          [row.id, timezone],
        );
        days.set(rows[0].day, (days.get(rows[0].day) ?? 0) + 1);
      }
      for (const count of days.values()) expect(count).toBe(3);
      await world.database.pool.query("UPDATE candidate SET status = 'closed'");
    }
  });
});

describe("what was approved", () => {
  test("is all that goes out: a row changed behind the product's back is refused and alarmed", async () => {
    const customer = await world.addCustomer();
    await world.offer(customer);
    await world.deps.catalog.get();
    await world.database.pool.query(
      "UPDATE artifact_version SET content = replace(content::text, 'refused', 'stolen')::jsonb WHERE artifact_id = (SELECT id FROM artifact WHERE key = 'card_help')",
    );
    await drainSending(world.deps);
    expect(provider.calls).toEqual([]);
    expect(await decisionsOf(customer)).toMatchObject([
      { verdict: "SUPPRESS", record: { code: "not_approved", decided: { verdict: "SEND" } } },
    ]);
    const { rows } = await world.database.pool.query("SELECT object_id FROM audit_entry WHERE action = 'response.tampered'");
    expect(rows).toEqual([{ object_id: "card_help" }]);
    await world.define("response", testResponse.key, testResponse);
  });

  test("but cannot be rendered for a customer is not sent, and its author is told why", async () => {
    const strict = { ...testResponse, key: "strict_help", variables: [{ path: "traits.firstName" }] };
    await world.define("response", strict.key, strict);
    const customer = await world.addCustomer({ traits: {} });
    await world.offer(customer, { responseKey: "strict_help" });
    await drainSending(world.deps);
    expect(provider.calls).toEqual([]);
    const { rows } = await world.database.pool.query("SELECT message FROM definition_fault WHERE key = 'strict_help'");
    expect(rows).toEqual([{ message: "the variable traits.firstName is missing and has no fallback" }]);
  });
});

describe("held help", () => {
  test("is let go no faster than the policy says", async () => {
    await world.define("policy", "moderation", { ...openModeration, releasePerMinute: 5 });
    const customers = await Promise.all(Array.from({ length: 12 }, () => world.addCustomer()));
    for (const customer of customers) await world.offer(customer);
    await world.database.pool.query(
      "UPDATE candidate SET last_verdict = 'HOLD', last_guard = 'quiet_hours', attempt = 1 WHERE status = 'open'",
    );
    shift = Math.ceil(clock.now() / 60_000) * 60_000 - Date.now() + 1_000;
    const perMinute: number[] = [];
    for (let minute = 0; minute < 3; minute += 1) {
      const before = provider.calls.length;
      await drainSending(world.deps);
      perMinute.push(provider.calls.length - before);
      shift += 60_000;
    }
    expect(perMinute).toEqual([5, 5, 2]);
  });
});

describe("a decision", () => {
  test("on record replays to itself from its frozen input, to the last fact", async () => {
    const { rows } = await world.database.pool.query("SELECT input, input::text AS text, input_hash, record FROM decision");
    expect(rows.length).toBeGreaterThan(20);
    for (const { input, text, input_hash, record } of rows) {
      expect(hash16(text)).toBe(input_hash);
      const { evidence: _evidence, response: _response, overruled: _overruled, decided, ...shown } = record;
      expect(JSON.parse(JSON.stringify(replayDecision(input)))).toEqual(decided ?? shown);
      expect(JSON.stringify(input)).not.toMatch(/Ada|example\.test/);
    }
  });

  test("asked for as a dry run is the gate's own and writes nothing", async () => {
    const customer = await world.addCustomer();
    const count = async () =>
      (await world.database.pool.query("SELECT (SELECT count(*) FROM decision) + (SELECT count(*) FROM candidate) AS n")).rows[0].n;
    const before = await count();
    const { decisions } = await decideNow(world.deps, { customerId: customer, journeyKey: "checkout_help", dryRun: true });
    expect(decisions).toMatchObject([{ decision: { verdict: "SEND", channel: "in_app" } }]);
    expect(decisions[0]?.decision.guards).toHaveLength(16);
    expect(await count()).toBe(before);
    await world.offer(customer);
    expect((await decideNow(world.deps, { customerId: customer, dryRun: false })).decisions).toMatchObject([
      { decision: { verdict: "SEND" } },
    ]);
    expect(provider.calls).toHaveLength(1);
  });
});

test("a message that waited too long in line is decided anew instead of sent", async () => {
  const customer = await world.addCustomer();
  await world.offer(customer);
  expect(await runGate(world.deps)).toMatchObject({ sending: 1 });
  shift += 61_000;
  expect(await deliverMessages(world.deps)).toMatchObject({ cancelled: 1, more: true });
  await drainSending(world.deps);
  expect((await ledgerOf(customer)).map((row) => row.state)).toEqual(["cancelled", "sent"]);
  expect(provider.calls).toHaveLength(1);
});

test("a provider that hangs delays its own channel and no other", async () => {
  let release: () => void = () => {};
  const hanging = new Promise<void>((resolve) => {
    release = resolve;
  });
  provider.answer = async () => {
    await hanging;
    return { outcome: "accepted", detail: "recorded" };
  };
  const slow = await world.addCustomer();
  await world.offer(slow);
  const draining = drainSending(world.deps);
  while (provider.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const quick = await world.addCustomer();
  await world.offer(quick, { channels: ["in_app"] });
  await expect.poll(async () => (await ledgerOf(quick)).map((row) => row.state)).toEqual(["sent"]);
  expect(await ledgerOf(slow)).toMatchObject([{ state: "sending" }]);
  release();
  expect(await draining).toEqual({ decided: 2, sent: 2 });
});

test("a customer whose offer cannot be read holds up nobody else", async () => {
  const [broken, well] = [await world.addCustomer(), await world.addCustomer()];
  const { candidateId } = await world.offer(broken);
  await world.offer(well);
  await world.database.pool.query("UPDATE candidate SET offer = jsonb_set(offer, '{channels}', 'null') WHERE id = $1", [candidateId]);
  await drainSending(world.deps);
  expect(provider.calls.map((call) => call.message.customerId)).toEqual([well]);
  const { rows } = await world.database.pool.query("SELECT status, due_at > now() AS later FROM candidate WHERE id = $1", [candidateId]);
  expect(rows).toEqual([{ status: "open", later: true }]);
});
