import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { registryOf } from "#server/channels/registry.ts";
import { deliveryListInput, preventedInput } from "#server/contracts/console/deliveries.ts";
import { PAGE_SIZE } from "#server/contracts/console/paging.ts";
import { readAudit } from "#server/usecases/console/read-audit.ts";
import { countDeliveries, listDeliveries, listPrevented, showDelivery } from "#server/usecases/console/read-deliveries.ts";
import { resolveDelivery } from "#server/usecases/console/resolve-delivery.ts";
import { drainSending } from "#server/usecases/sending/drain-sending.ts";
import { recordReceipts } from "#server/usecases/sending/record-receipt.ts";
import { sweepMessages } from "#server/usecases/sending/sweep-messages.ts";
import { type RecordingChannel, recordingChannel } from "../../support/recording-channel.ts";
import { openSendingWorld, type SendingWorld } from "../../support/sending-world.ts";

const DAY = 86_400_000;
let world: SendingWorld;
let provider: RecordingChannel;
const by = { id: "0190a000-0000-7000-8000-000000000001", ip: "10.0.0.1" };
const all = { channel: null, journey: null, day: null };
const filters = (part: Partial<Parameters<typeof listDeliveries>[1]> = {}) => ({ ...deliveryListInput.parse({}), identify: true, ...part });

beforeAll(async () => {
  provider = recordingChannel();
  world = await openSendingWorld({ channels: () => registryOf([provider]) });
});
afterAll(() => world.close());
beforeEach(() => {
  provider.calls = [];
  provider.answer = () => ({ outcome: "accepted", detail: "recorded" });
});

async function sendTo(options: Parameters<SendingWorld["addCustomer"]>[0] = {}): Promise<{ customer: string; message: string }> {
  const customer = await world.addCustomer(options);
  await world.offer(customer);
  await drainSending(world.deps);
  const message = (await world.ledger()).find((row) => row.customer_id === customer)?.id ?? "";
  return { customer, message };
}

/** A message whose provider call had begun when its worker was lost. */
async function unknownMessage(): Promise<{ customer: string; message: string }> {
  const sent = await sendTo();
  await world.database.pool.query(
    "UPDATE send_ledger SET state = 'sending', attempts = 1, provider = 'another', lease_until = now() - interval '1 minute' WHERE id = $1",
    [sent.message],
  );
  expect((await sweepMessages(world.deps)).unknown).toBe(1);
  return sent;
}

describe("deliveries", () => {
  it("claim nothing before anything was sent", async () => {
    expect((await listDeliveries(world.deps, filters())).items).toEqual([]);
    const counts = await countDeliveries(world.deps, all);
    expect(counts.states.every((each) => each.count === 0)).toBe(true);
    expect(counts.prevented).toEqual([]);
    await expect(showDelivery(world.deps, { id: world.deps.newId(), identify: true })).rejects.toMatchObject({ code: "not_found" });
  });

  it("are found by state, channel, journey and day, and hide who got them where the role may not know", async () => {
    const { message, customer } = await sendTo({ userId: "ada-1", email: "ada@example.test", traits: { firstName: "Ada" } });
    const found = async (part: Parameters<typeof filters>[0]) =>
      (await listDeliveries(world.deps, filters(part))).items.map((each) => each.id);
    expect(await found({ state: "sent" })).toEqual([message]);
    expect(await found({ state: "failed" })).toEqual([]);
    expect(await found({ channel: "email", journey: "checkout_help" })).toEqual([message]);
    expect(await found({ channel: "sms" })).toEqual([]);
    const today = new Date().toISOString().slice(0, 10);
    expect(await found({ day: today })).toEqual([message]);
    expect(await found({ day: new Date(Date.now() - 2 * DAY).toISOString().slice(0, 10) })).toEqual([]);
    await expect(found({ day: "2026-02-30" })).rejects.toMatchObject({ code: "invalid" });

    const counts = await countDeliveries(world.deps, { ...all, day: today });
    expect(counts.states.find((each) => each.state === "sent")?.count).toBe(1);
    const masked = await showDelivery(world.deps, { id: message, identify: false });
    expect(JSON.stringify(masked)).not.toMatch(/ada@|Your payment|"Ada"/);
    expect(masked).toMatchObject({ customer: { id: customer, label: "ada-1" }, subject: null, recipient: "a•••@example.test" });
  });

  it("tell the whole life of a message: decision, gate, provider, receipts and outcomes", async () => {
    const { message } = await sendTo();
    const at = Date.now();
    await recordReceipts(world.deps, [
      { provider: "recorded", providerEventId: `d-${message}`, kind: "delivered", at, messageId: message },
      { provider: "recorded", providerEventId: `o-${message}`, kind: "opened", at: at + 1000, messageId: message },
    ]);
    const view = await showDelivery(world.deps, { id: message, identify: true });
    expect(view).toMatchObject({ state: "delivered", attempts: 1, journey: { key: "checkout_help" }, node: "help" });
    expect(view.decision?.mark).toBe("SEND");
    expect(view.decision?.guards.length).toBeGreaterThan(5);
    const titles = view.life.map((step) => step.title);
    expect(titles.slice(0, 3)).toEqual(["Decided", "Passed the gate", "Handed over"]);
    expect(titles.slice(3)).toEqual(["Delivered, told by recorded", "Opened, told by recorded"]);
  });

  it("page through every message once", async () => {
    for (let index = 0; index < PAGE_SIZE + 5; index += 1) await world.offer(await world.addCustomer());
    await drainSending(world.deps);
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof listDeliveries>> = await listDeliveries(world.deps, filters({ cursor }));
      ids.push(...page.items.map((item) => item.id));
      cursor = page.next;
    } while (cursor !== null);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe((await world.ledger()).length);
  });
});

describe("a message nobody knows the end of", () => {
  it.each(["delivered", "failed"] as const)("can be marked as %s once, by name, and is not sent again by it", async (as) => {
    const { message } = await unknownMessage();
    expect((await listDeliveries(world.deps, filters({ state: "unknown" }))).items.map((each) => each.id)).toEqual([message]);
    const stepKey = (await world.ledger()).find((row) => row.id === message)?.step_key;
    provider.calls = [];
    const both = await Promise.allSettled([
      resolveDelivery(world.deps, { id: message, as, by }),
      resolveDelivery(world.deps, { id: message, as, by }),
    ]);
    expect(both.map((each) => each.status).toSorted()).toEqual(["fulfilled", "rejected"]);
    await drainSending(world.deps);
    await sweepMessages(world.deps);
    await drainSending(world.deps);
    expect(provider.calls).toEqual([]);
    const row = (await world.ledger()).find((each) => each.id === message);
    expect(row).toMatchObject({ state: as, step_key: stepKey });
    const [entry] = (await readAudit(world.deps, { objectKind: "message" })).items;
    expect(entry).toMatchObject({ actor: "Ann", action: "message.resolve", objectId: message, ip: "10.0.0.1" });
    const outcomes = await world.database.pool.query("SELECT kind FROM outcome WHERE message_id = $1", [message]);
    expect(outcomes.rows).toEqual(as === "delivered" ? [{ kind: "delivered" }] : []);
  });

  it("that was marked as delivered counts once when the provider says so too", async () => {
    const { message } = await unknownMessage();
    await resolveDelivery(world.deps, { id: message, as: "delivered", by });
    await recordReceipts(world.deps, [
      { provider: "recorded", providerEventId: `late-${message}`, kind: "delivered", at: Date.now(), messageId: message },
    ]);
    const outcomes = await world.database.pool.query("SELECT kind FROM outcome WHERE message_id = $1", [message]);
    expect(outcomes.rows).toHaveLength(1);
  });

  it("is left alone when its end is known", async () => {
    const { message } = await sendTo();
    await expect(resolveDelivery(world.deps, { id: message, as: "failed", by })).rejects.toMatchObject({ code: "conflict" });
    expect((await world.ledger()).find((row) => row.id === message)?.state).toBe("sent");
  });
});

describe("what was kept from going twice", () => {
  it("is counted and listed: the same help again, and the same address in one run", async () => {
    const customer = await world.addCustomer();
    await world.offer(customer, { duplicateWindowMs: DAY });
    await drainSending(world.deps);
    await world.offer(customer, { duplicateWindowMs: DAY });
    await drainSending(world.deps);

    const shared = { email: "family@example.test" };
    const run = { entryKind: "schedule", entryKey: "2026-11-23" };
    for (const member of [await world.addCustomer(shared), await world.addCustomer(shared)]) await world.offer(member, run);
    await drainSending(world.deps);

    const counts = await countDeliveries(world.deps, all);
    expect(new Map(counts.prevented.map((each) => [each.code, each.count]))).toEqual(
      new Map([
        ["duplicate", 1],
        ["duplicate_address", 1],
      ]),
    );
    const listed = await listPrevented(world.deps, { ...preventedInput.parse({}), identify: true });
    expect(listed.items).toHaveLength(2);
    expect(listed.items[1]?.customer.id).toBe(customer);
    for (const item of listed.items) expect(item.words).toMatch(/[.]$/);
  });
});
