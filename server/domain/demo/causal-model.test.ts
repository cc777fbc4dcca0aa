import { describe, expect, test } from "vitest";
import { compareProportions } from "../metrics/proportions.ts";
import { type EffectName, helpFor, shopModel } from "./causal-model.ts";
import { stepWorld } from "./step-world.ts";
import type { TruthRecord } from "./truth.ts";
import { type DemoDelivery, type DemoEvent, newWorld, type Trouble } from "./world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const from = Date.parse("2026-01-05T00:00:00Z");

type Helper = (userId: string) => boolean;
type Run = { events: DemoEvent[]; truth: TruthRecord[] };

/** What starts help, and the responses it would bring. */
function responsesTo(event: DemoEvent): readonly string[] {
  if (event.name === "Payment Failed" || event.name === "Form Error") return ["checkout_tip", "checkout_mail"];
  if (event.name === "Checkout Started") return ["checkout_mail"];
  if (event.name === "Delivery Delayed") return ["delay_notice"];
  return event.traits["refill_due"] === true ? ["refill_reminder"] : [];
}

/** The world alone, with a stand-in for the road: whoever `helps` gets every help at once. */
function run(options: { size: number; days: number; seed?: string; helps: Helper; troubles?: Trouble[]; stepMs?: number }): Run {
  const { size, days, seed = "test", helps, stepMs = 20 * MINUTE } = options;
  const to = from + days * DAY;
  const world = newWorld(shopModel, { seed, size, from, to, ...(options.troubles ? { troubles: options.troubles } : {}) });
  const all: Run = { events: [], truth: [] };
  let deliveries: DemoDelivery[] = [];
  for (let now = from; now <= to; now += stepMs) {
    const step = stepWorld(shopModel, world, now, deliveries);
    all.truth.push(...step.truth);
    for (const event of step.events) all.events.push(event);
    deliveries = step.events.flatMap((event) =>
      (helps(event.userId) ? responsesTo(event) : []).map((response) => ({
        messageId: `${response}-${event.messageId}`,
        userId: event.userId,
        response,
        channel: "email",
        at: event.at,
      })),
    );
  }
  return all;
}

const isOdd: Helper = (userId) => Number(userId.slice(-1)) % 2 === 1;
const effectNames = Object.keys(helpFor).filter((name): name is EffectName => Object.hasOwn(helpFor, name));

function shareOf(records: readonly TruthRecord[], is: (record: TruthRecord) => boolean): number {
  return records.filter(is).length / records.length;
}

/** Four standard errors: fails once in some ten thousand draws, and the seed is fixed. */
function tolerance(p: number, count: number): number {
  return 4 * Math.sqrt((p * (1 - p)) / count);
}

describe("the generator keeps its causal model", () => {
  const { truth, events } = run({ size: 3_000, days: 50, helps: isOdd, stepMs: 5 * MINUTE });

  test.each(effectNames)("%s: both potential outcomes are as frequent as the model says", (effect) => {
    const records = truth.filter((record) => record.effect === effect);
    const expected = shopModel.effects[effect];
    expect(records.length).toBeGreaterThan(150);
    for (const arm of ["untreated", "treated"] as const) {
      const seen = shareOf(records, (record) => record.potential[arm]);
      expect(Math.abs(seen - expected[arm])).toBeLessThan(tolerance(expected[arm], records.length));
    }
  });

  test.each(effectNames)("%s: what is observed of the helped and of those left alone are the same shares", (effect) => {
    for (const helped of [false, true]) {
      const records = truth.filter((record) => record.effect === effect && record.helped === helped);
      const p = shopModel.effects[effect][helped ? "treated" : "untreated"];
      expect(Math.abs(shareOf(records, (record) => record.outcome) - p)).toBeLessThan(tolerance(p, records.length));
    }
  });

  test.each(effectNames)("%s: helped against left alone, the measured difference has the sign of the true effect", (effect) => {
    const arm = (helped: boolean) => {
      const records = truth.filter((record) => record.effect === effect && isOdd(record.userId) === helped);
      return { hits: records.filter((record) => record.outcome).length, total: records.length };
    };
    const { treated, untreated } = shopModel.effects[effect];
    expect(Math.sign(compareProportions(arm(true), arm(false)).difference ?? 0)).toBe(Math.sign(treated - untreated));
  });

  test("whoever helps nobody changes nothing: only those who got it count as helped", () => {
    expect(truth.filter((record) => record.helped && !isOdd(record.userId))).toEqual([]);
    expect(truth.some((record) => record.helped)).toBe(true);
  });

  test("help never does the opposite of its effect to anybody", () => {
    const opposite = truth.filter(({ effect, potential }) => {
      const raises = shopModel.effects[effect].treated > shopModel.effects[effect].untreated;
      return raises ? potential.untreated && !potential.treated : potential.treated && !potential.untreated;
    });
    expect(opposite).toEqual([]);
  });

  test("message ids are unique, events come no earlier than their customer, and case and order ids name one thing", () => {
    expect(new Set(events.map((event) => event.messageId)).size).toBe(events.length);
    const joined = new Set<string>();
    const early = events.filter(({ type, userId, traits }) => {
      if (type === "identify" && "email" in traits) joined.add(userId);
      return !joined.has(userId);
    });
    expect(early).toEqual([]);
    for (const [name, field] of [
      ["Order Completed", "order_id"],
      ["Case Opened", "case_id"],
    ]) {
      const ids = events.filter((event) => event.name === name).map((event) => event.properties[field ?? ""]);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThan(100);
    }
  });

  test("late orders, customers who drift away and friction are as frequent as the model says", () => {
    const count = (name: string) => events.filter((event) => event.name === name).length;
    // some orders are still on their way at the end
    expect(count("Delivery Delayed") / count("Order Completed")).toBeGreaterThan(shopModel.delivery.late * 0.85);
    expect(count("Delivery Delayed") / count("Order Completed")).toBeLessThan(shopModel.delivery.late * 1.1);
    const episodes = truth.filter((record) => record.effect === "finish_after_tip").length;
    expect(episodes / count("Checkout Started")).toBeCloseTo(shopModel.checkout.friction, 1);
  });
});

describe("the generator is deterministic", () => {
  test("the same seed gives the same events and the same truth, another seed others", () => {
    const once = run({ size: 60, days: 20, helps: isOdd });
    expect(run({ size: 60, days: 20, helps: isOdd })).toEqual(once);
    expect(run({ size: 60, days: 20, helps: isOdd, seed: "other" }).events).not.toEqual(once.events);
  });

  test("what happens to a customer does not depend on how many others there are", () => {
    const of = (size: number) => run({ size, days: 20, helps: isOdd }).events.filter((event) => event.userId === "demo-00003");
    expect(of(60)).toEqual(of(5));
  });

  test("potential outcomes do not depend on who is helped, and first episodes not on how the world is stepped", () => {
    const first = (records: readonly TruthRecord[]) =>
      new Map(records.filter(({ effect }) => effect === "finish_after_tip").map((record) => [record.episode, record.potential]));
    const nobody = first(run({ size: 200, days: 20, helps: () => false }).truth);
    const everybody = first(run({ size: 200, days: 20, helps: () => true, stepMs: HOUR }).truth);
    expect(nobody.size).toBeGreaterThan(20);
    expect(everybody).toEqual(nobody);
  });

  test("a world written down as JSON goes on as if it had never stopped", () => {
    const world = newWorld(shopModel, { seed: "pause", size: 40, from, to: from + 20 * DAY });
    stepWorld(shopModel, world, from + 10 * DAY, []);
    const copy: typeof world = JSON.parse(JSON.stringify(world));
    expect(stepWorld(shopModel, copy, from + 20 * DAY, [])).toEqual(stepWorld(shopModel, world, from + 20 * DAY, []));
  });
});

test("while payments are down, more checkouts fail, and only where they are down", () => {
  const troubles = [{ from: from + 5 * DAY, declaredAt: from + 6 * DAY, to: from + 15 * DAY, country: "DE", failing: 0.8 }];
  const quiet = run({ size: 300, days: 20, helps: () => false });
  const down = run({ size: 300, days: 20, helps: () => false, troubles });
  const country = new Map(down.events.filter(({ traits }) => "country" in traits).map(({ userId, traits }) => [userId, traits["country"]]));
  const failed = ({ events }: Run, inside: boolean) =>
    events.filter(({ name, userId }) => name === "Payment Failed" && (country.get(userId) === "DE") === inside);
  expect(failed(down, true).length).toBeGreaterThan(failed(quiet, true).length * 1.5);
  expect(failed(down, false)).toEqual(failed(quiet, false));
});
