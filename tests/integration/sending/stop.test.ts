import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { registryOf } from "#server/channels/registry.ts";
import { recordConsent } from "#server/usecases/consent/record-consent.ts";
import { unsubscribe } from "#server/usecases/consent/unsubscribe.ts";
import { linkUrl, signLink } from "#server/usecases/links/links.ts";
import { getPreferences } from "#server/usecases/preferences/get-preferences.ts";
import { updatePreferences } from "#server/usecases/preferences/update-preferences.ts";
import { drainSending } from "#server/usecases/sending/drain-sending.ts";
import { openIncident, resolveIncident } from "#server/usecases/sending/hold-for-incident.ts";
import { pauseSending, resumeSending } from "#server/usecases/sending/pause.ts";
import { recordReceipts } from "#server/usecases/sending/record-receipt.ts";
import { runGate } from "#server/usecases/sending/run-gate.ts";
import { type RecordingChannel, recordingChannel } from "../../support/recording-channel.ts";
import { testEnv } from "../../support/sending-env.ts";
import { depsOver, openSendingWorld, type SendingWorld } from "../../support/sending-world.ts";

let world: SendingWorld;
let provider: RecordingChannel;
const by = { kind: "user", id: "cleo", ip: null } as const;

beforeAll(async () => {
  provider = recordingChannel({ concurrency: 100 });
  world = await openSendingWorld({ max: 40, channels: () => registryOf([provider]) });
});
afterAll(() => world.close());
beforeEach(() => {
  provider.calls = [];
  provider.answer = () => ({ outcome: "accepted", detail: "recorded" });
});

function workers(count: number) {
  return Array.from({ length: count }, () => depsOver(world.database, testEnv, { channels: () => registryOf([provider]) }));
}
async function consentOf(customerId: string) {
  return (await world.deps.data.consent.listFor(world.database.pool, [customerId])).filter((entry) => entry.state === "withdrawn");
}

describe("an opt-out", () => {
  test("wins every race: after it has returned, no later gate passes for that customer", async () => {
    const customers: string[] = [];
    for (let index = 0; index < 500; index += 1) {
      const customer = await world.addCustomer();
      await world.offer(customer);
      customers.push(customer);
    }
    provider.answer = async () => {
      await pause(2);
      return { outcome: "accepted", detail: "recorded" };
    };
    // What the ledger knew of each customer when their opt-out had returned.
    const passedBefore = new Map<string, Set<string>>();
    const optOut = async (customerId: string) => {
      await recordConsent(world.deps, {
        customerId,
        entries: [{ purpose: "proactive_help", channel: "*", state: "withdrawn", source: "test", actor: "customer" }],
      });
      const { rows } = await world.database.pool.query<{ id: string }>(
        "SELECT id FROM send_ledger WHERE customer_id = $1 AND attempts > 0",
        [customerId],
      );
      passedBefore.set(customerId, new Set(rows.map((row) => row.id)));
    };
    // People opt out in another order than they are written to, eight at a time.
    const queue = customers.map((_, index) => customers[(index * 211) % customers.length] ?? "");
    const people = Array.from({ length: 8 }, async () => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        await optOut(next);
        await pause(1);
      }
    });
    const senders = workers(2).map(async (deps) => {
      while (queue.length > 0) {
        await drainSending(deps, { limit: 5 });
        await pause(1);
      }
    });
    await Promise.all([...people, ...senders]);
    for (const deps of workers(2)) await drainSending(deps);

    const sent = provider.calls.length;
    expect(sent).toBeGreaterThan(10);
    expect(sent).toBeLessThan(500);
    for (const { message } of provider.calls) expect(passedBefore.get(message.customerId)).toContain(message.id);
    const { rows } = await world.database.pool.query("SELECT count(*)::int AS n FROM candidate WHERE status <> 'closed'");
    expect(rows).toEqual([{ n: 0 }]);
  }, 60_000);

  test("by one click works again and again, ends help and marketing on that channel, and is a recorded outcome", async () => {
    const customer = await world.addCustomer();
    await world.offer(customer);
    await drainSending(world.deps);
    const url = provider.calls[0]?.message.unsubscribeUrl ?? "";
    const token = url.slice(url.lastIndexOf("/") + 1);
    expect(url).toMatch(/^http:\/\/localhost:3000\/u\//);
    for (let time = 0; time < 2; time += 1) {
      expect(await unsubscribe(world.deps, { token, how: "one_click" })).toEqual({
        ok: true,
        channel: "email",
        purposes: ["proactive_help", "marketing"],
      });
    }
    expect((await getPreferences(world.deps, { customerId: customer }))?.consent).toMatchObject({
      "proactive_help:email": "withdrawn",
      "marketing:email": "withdrawn",
    });
    const { rows } = await world.database.pool.query("SELECT kind, journey_key FROM outcome WHERE customer_id = $1 AND kind = 'opt_out'", [
      customer,
    ]);
    expect(rows).toEqual([{ kind: "opt_out", journey_key: "checkout_help" }]);
    await world.offer(customer);
    await drainSending(world.deps);
    expect(provider.calls).toHaveLength(1);
  });

  test("from a service notice ends such notices too, for the customer objected to them", async () => {
    const customer = await world.addCustomer();
    await world.offer(customer, { purpose: "service", class: "service" });
    await drainSending(world.deps);
    const url = provider.calls[0]?.message.unsubscribeUrl ?? "";
    const ended = await unsubscribe(world.deps, { token: url.slice(url.lastIndexOf("/") + 1), how: "one_click" });
    expect(ended).toMatchObject({ ok: true, purposes: ["service", "proactive_help", "marketing"] });
    await world.offer(customer, { purpose: "service", class: "service" });
    await drainSending(world.deps);
    expect(provider.calls).toHaveLength(1);
  });

  test("by link also holds for another profile with the same address", async () => {
    const shared = { email: "shared@example.test" };
    const [reader, other] = [await world.addCustomer(shared), await world.addCustomer(shared)];
    await world.offer(reader);
    await drainSending(world.deps);
    const url = provider.calls[0]?.message.unsubscribeUrl ?? "";
    await unsubscribe(world.deps, { token: url.slice(url.lastIndexOf("/") + 1), how: "page" });
    expect(await consentOf(other)).toHaveLength(2);
    await world.offer(other);
    await drainSending(world.deps);
    expect(provider.calls).toHaveLength(1);
  });

  test("with a token that is not exactly ours changes nothing and tells nothing", async () => {
    const customer = await world.addCustomer();
    const claims = { customerId: customer, messageId: null, exp: Date.now() + 60_000 };
    const good = signLink(world.deps, { ...claims, purpose: "unsubscribe" });
    const bad = [
      signLink(world.deps, { ...claims, purpose: "preferences" }),
      signLink(world.deps, { ...claims, purpose: "unsubscribe", exp: Date.now() - 1_000 }),
      "",
      `${good}x`,
      ...Array.from(good, (_char, at) => `${good.slice(0, at)}${good[at] === "a" ? "b" : "a"}${good.slice(at + 1)}`),
    ];
    for (const token of bad) if (token !== good) expect(await unsubscribe(world.deps, { token, how: "one_click" })).toEqual({ ok: false });
    expect(await consentOf(customer)).toEqual([]);
    await world.database.pool.query("UPDATE customer SET erased_at = now() WHERE id = $1", [customer]);
    expect(await unsubscribe(world.deps, { token: good, how: "one_click" })).toEqual({ ok: false });
  });

  test("cannot be undone by an import without proof", async () => {
    const customer = await world.addCustomer();
    const entry = { purpose: "marketing", channel: "email", actor: "key" } as const;
    await recordConsent(world.deps, { customerId: customer, entries: [{ ...entry, state: "withdrawn", source: "preference_page" }] });
    expect(
      await recordConsent(world.deps, { customerId: customer, entries: [{ ...entry, state: "granted", source: "import:crm" }] }),
    ).toEqual({
      recorded: 0,
      refused: [{ index: 0, code: "import_needs_proof" }],
    });
    const proof = { proof: { form: "f-12" }, textVersion: "2026-01" };
    expect(
      await recordConsent(world.deps, { customerId: customer, entries: [{ ...entry, ...proof, state: "granted", source: "import:crm" }] }),
    ).toMatchObject({ recorded: 1 });
  });
});

describe("preferences", () => {
  test("hold from the moment they are saved, also for what had passed and was not begun", async () => {
    const customer = await world.addCustomer();
    await world.offer(customer);
    expect(await runGate(world.deps)).toMatchObject({ sending: 1 });
    await updatePreferences(world.deps, { customerId: customer, change: { topicsOff: ["checkout"] } });
    await drainSending(world.deps);
    expect((await world.ledger()).filter((row) => row.customer_id === customer).map((row) => row.state)).toEqual(["cancelled"]);
    expect(provider.calls).toEqual([]);
    const page = await getPreferences(world.deps, { customerId: customer });
    expect(page).toMatchObject({ preferences: { topicsOff: ["checkout"] }, topics: [{ key: "checkout" }], channels: ["email"] });
  });
});

describe("a no", () => {
  const optOuts = async (customerId: string) =>
    (
      await world.database.pool.query<{ message_id: string | null; journey_key: string | null; detail: { ended: string } }>(
        "SELECT message_id, journey_key, detail FROM outcome WHERE customer_id = $1 AND kind = 'opt_out' ORDER BY id",
        [customerId],
      )
    ).rows.map((row) => ({ message: row.message_id, journey: row.journey_key, ended: row.detail.ended }));

  test("on the preference page is counted once, as what followed the message that led there", async () => {
    const customer = await world.addCustomer();
    await world.offer(customer);
    await drainSending(world.deps);
    const messageId = provider.calls[0]?.key ?? "";
    const change = { channelsOff: ["email" as const], snoozedUntil: Date.now() + 1000 };
    await updatePreferences(world.deps, { customerId: customer, messageId, change });
    await updatePreferences(world.deps, { customerId: customer, messageId, change });
    expect(await optOuts(customer)).toEqual([{ message: messageId, journey: "checkout_help", ended: "channel:email" }]);
    await updatePreferences(world.deps, { customerId: customer, change: { helpOff: true, channelsOff: [] } });
    expect(await optOuts(customer)).toMatchObject([{}, { message: messageId, ended: "help" }]);
  });

  test("told by a server is counted when it takes something back, at the time it was said", async () => {
    const customer = await world.addCustomer();
    await world.offer(customer);
    await drainSending(world.deps);
    const messageId = provider.calls[0]?.key ?? "";
    const no = { purpose: "proactive_help", channel: "email", state: "withdrawn", source: "call_centre", actor: "key" } as const;
    for (let time = 0; time < 2; time += 1) await recordConsent(world.deps, { customerId: customer, entries: [no] });
    expect(await optOuts(customer)).toEqual([{ message: messageId, journey: "checkout_help", ended: "proactive_help:email" }]);
  });

  test("is nobody's fault when no message went before it within the window", async () => {
    const customer = await world.addCustomer();
    await world.offer(customer);
    await drainSending(world.deps);
    const messageId = provider.calls[0]?.key ?? "";
    await world.database.pool.query("UPDATE send_ledger SET created_at = created_at - interval '8 days' WHERE id = $1", [messageId]);
    await updatePreferences(world.deps, { customerId: customer, messageId, change: { helpOff: true } });
    expect(await optOuts(customer)).toEqual([{ message: null, journey: null, ended: "help" }]);
  });
});

describe("receipts", () => {
  test("in any order and number move a message forward only; a hard bounce ends sending to the address for everybody who has it", async () => {
    const [customer, other] = [
      await world.addCustomer({ email: "two@example.test" }),
      await world.addCustomer({ email: "two@example.test" }),
    ];
    await world.offer(customer);
    await drainSending(world.deps);
    const messageId = provider.calls[0]?.key ?? "";
    const base = { provider: "relay", messageId, at: Date.now() };
    const delivered = { ...base, providerEventId: "1", kind: "delivered" } as const;
    const bounced = { ...base, providerEventId: "2", kind: "bounced", hard: true } as const;
    const unknown = { ...delivered, providerEventId: "9", messageId: world.deps.newId() };
    expect(await recordReceipts(world.deps, [bounced, unknown])).toEqual({ applied: 1, ignored: 1 });
    expect(await recordReceipts(world.deps, [delivered, bounced, bounced])).toEqual({ applied: 1, ignored: 2 });
    expect((await world.ledger()).find((row) => row.id === messageId)).toMatchObject({ state: "failed", reason: "bounced" });
    await world.offer(other);
    await drainSending(world.deps);
    expect(provider.calls).toHaveLength(1);
  });
});

describe("a pause", () => {
  test("returns at once under load, lets nothing begin after it, and names what was in flight; resuming sends each message once", async () => {
    const total = 600;
    for (let index = 0; index < total; index += 1) await world.offer(await world.addCustomer());
    provider.answer = async () => {
      await pause(50);
      return { outcome: "accepted", detail: "recorded" };
    };
    const running = Promise.all(workers(2).map((deps) => drainSending(deps, { limit: 50 })));
    while (provider.calls.length < 150) await pause(5);
    const started = performance.now();
    const paused = await pauseSending(world.deps, { reason: "drill", by });
    const returned = performance.now();
    expect(returned - started).toBeLessThan(1_000);
    await running;
    const calls = provider.calls.length;
    expect(calls).toBeLessThan(total);
    const marked = new Set((await world.ledger()).filter((row) => row.in_flight_at_pause).map((row) => row.id));
    expect(marked.size).toBe(paused.inFlight);
    for (const call of provider.calls) if (call.at > returned) expect(marked).toContain(call.key);

    for (const deps of workers(2)) await drainSending(deps);
    expect(provider.calls.length).toBe(calls);

    await resumeSending(world.deps, { by });
    for (const deps of workers(2)) await drainSending(deps);
    const byCustomer = new Set(provider.calls.map((call) => call.message.customerId));
    expect(provider.calls.length).toBe(total);
    expect(byCustomer.size).toBe(total);
  }, 60_000);
});

describe("an incident", () => {
  test("holds help in its scope from the moment it is open, other help goes on, and its end decides anew what still waits", async () => {
    const [near, far] = [
      await world.addCustomer({ traits: { region: "north" } }),
      await world.addCustomer({ traits: { region: "south" } }),
    ];
    await world.offer(near);
    await world.offer(far);
    expect(await runGate(world.deps)).toMatchObject({ sending: 2 });
    const { id } = await openIncident(world.deps, { title: "Payments are down", scope: { areas: ["payments"], regions: ["North"] }, by });
    await drainSending(world.deps);
    expect(provider.calls.map((call) => call.message.customerId)).toEqual([far]);
    const held = await world.database.pool.query("SELECT status, last_guard FROM candidate WHERE customer_id = $1", [near]);
    expect(held.rows).toEqual([{ status: "held", last_guard: "incident" }]);
    expect(await resolveIncident(world.deps, { id, by })).toEqual({ reopened: 1 });
    await expect(resolveIncident(world.deps, { id, by })).rejects.toMatchObject({ code: "not_found" });
    await drainSending(world.deps);
    expect(provider.calls.map((call) => call.message.customerId)).toEqual([far, near]);
  });
});

test("a link is an address of this deployment with nothing of the person in it", async () => {
  const customer = await world.addCustomer({ email: "canary@example.test" });
  const url = linkUrl(world.deps, { purpose: "why", customerId: customer, messageId: null, exp: Date.now() + 1_000 });
  expect(url).toMatch(/^http:\/\/localhost:3000\/why\/[\w.-]+$/);
  expect(Buffer.from(url, "base64").toString()).not.toContain("canary");
});
