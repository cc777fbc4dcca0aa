import { describe, expect, it, test } from "vitest";
import type { SignalDefinition } from "../definitions/signal.ts";
import type { SituationDefinition } from "../definitions/situation.ts";
import type { DomainEvent } from "../events.ts";
import { ada, catalogOf, countSignal, exitSignal, hour, minute, situationOf, start, trackEvent } from "../signals/signals.fixture.ts";
import { type CustomerState, emptyCustomerState } from "../signals/state.ts";
import { evaluateSituations, evidenceFor } from "./evaluate-situations.ts";
import { followEvents } from "./follow-events.ts";
import { scoreSituation } from "./score.ts";
import type { SituationTransition } from "./transition.ts";

/** Intensity ½ after one hit, ⅔ after two at once, full confidence as good as reached. */
const sure = { reliability: { alpha: 1e9, beta: 1e-3 } };
const clicks = countSignal("clicks", sure);
const errors = countSignal("errors", sure);

function live(situation: SituationDefinition, signals: SignalDefinition[] = [clicks, errors]) {
  const catalog = catalogOf({
    signals,
    situations: [situation],
    segments: [{ key: "pros", name: "Pros", rule: { field: "traits.plan", op: "eq", value: "pro" } }],
  });
  let state: CustomerState = emptyCustomerState();
  let snapshot: CustomerState | null = null;
  const transitions: SituationTransition[] = [];
  return {
    catalog,
    transitions,
    path: () => transitions.map(({ kind, at, episode }) => `${kind} ${episode} @${Math.round((at - start) / minute)}`),
    state: () => state,
    hear(...events: DomainEvent[]) {
      const now = Math.max(...events.map((event) => event.occurredAt));
      const followed = followEvents({ catalog, customer: ada, state, snapshot, events, storedHits: [], now });
      ({ state, snapshot } = followed);
      transitions.push(...followed.transitions);
      return followed;
    },
    wait(now: number) {
      const evaluated = evaluateSituations({ catalog, customer: ada, state, now });
      state = evaluated.state;
      transitions.push(...evaluated.transitions);
      return evaluated;
    },
    evidence: (now: number) => evidenceFor({ catalog, customer: ada, state, situationKey: situation.key, now }),
  };
}

const one = [{ signal: "clicks", group: "page", weight: 1 }];
const click = (at: number) => trackEvent(`c${at}`, "clicks", at);
const failure = (at: number) => trackEvent(`e${at}`, "errors", at);

describe("score", () => {
  /** Russell & Norvig, fever: noisy-OR with inhibition .6 cold, .2 flu, .1 malaria. */
  test.each([
    [[], 0],
    [["malaria"], 0.9],
    [["flu"], 0.8],
    [["flu", "malaria"], 0.98],
    [["cold"], 0.4],
    [["cold", "flu", "malaria"], 0.988],
  ])("reproduces the published noisy-OR of %j", (present, published) => {
    const certain = { saturation: 1e-12, reliability: { alpha: 1e12, beta: 1e-3 } };
    const weights = { cold: 0.4, flu: 0.8, malaria: 0.9 };
    const keys = Object.entries(weights);
    const catalog = catalogOf({ signals: keys.map(([key]) => countSignal(key, certain)) });
    const fever = situationOf(
      "fever",
      keys.map(([signal, weight]) => ({ signal, group: signal, weight })),
    );
    const signals = Object.fromEntries(present.map((key) => [key, { kind: "sum" as const, sum: 1, at: start, hits: 1, missing: 0 }]));
    const { score } = scoreSituation(fever, catalog, { ...emptyCustomerState(), signals }, start, () => {});
    expect(score).toBeCloseTo(published, 9);
  });

  it("takes the strongest of one group, so that one broken button is not three proofs", () => {
    const both = (groupOfErrors: string) => {
      const situation = live(situationOf("stuck", [...one, { signal: "errors", group: groupOfErrors, weight: 0.8 }]));
      situation.hear(click(start), failure(start));
      return situation.evidence(start);
    };
    expect(both("page")?.score).toBeCloseTo(0.5, 6);
    expect(both("server")?.score).toBeCloseTo(1 - 0.5 * 0.6, 6);
    expect(both("page")?.contributions).toMatchObject([
      { signal: "clicks", share: 1 },
      { signal: "errors", share: 0 },
    ]);
    const shares = both("server")?.contributions.map(({ share }) => share) ?? [];
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });
});

describe("hysteresis", () => {
  it("enters at enter, stays until exit, and is left at the very millisecond the score gets there", () => {
    const situation = live(situationOf("stuck", one, { thresholds: { enter: 0.6, exit: 0.25 } }));
    situation.hear(click(start));
    expect(situation.path()).toEqual([]);
    situation.hear(click(start + 1));
    const { timers } = situation.wait(start + 1);
    // S = 2 falls to 1/3, where intensity is ¼, after log2(6) half-lives.
    const exitAt = Math.ceil(start + 1 + Math.log2(6) * hour);
    expect(Math.abs((timers[0]?.op === "set" ? timers[0].dueAt : 0) - exitAt)).toBeLessThanOrEqual(2);
    expect(timers).toMatchObject([{ op: "set", kind: "situation_exit", ref: "stuck" }]);
    expect(situation.wait(exitAt - 10).transitions).toEqual([]);
    const left = situation.wait(exitAt + hour);
    expect(left.timers).toEqual([{ op: "cancel", kind: "situation_exit", ref: "stuck" }]);
    expect(Math.abs((left.transitions[0]?.at ?? 0) - exitAt)).toBeLessThanOrEqual(2);
    expect(situation.path()).toEqual(["entered 1 @0", "left 1 @155"]);
  });

  it("episodes are numbered and never reused", () => {
    const situation = live(situationOf("stuck", one));
    situation.hear(click(start));
    situation.hear(click(start + 10 * hour));
    situation.hear(click(start + 20 * hour));
    expect(situation.path()).toEqual(["entered 1 @0", "left 1 @95", "entered 2 @600", "left 2 @695", "entered 3 @1200"]);
  });

  it("does not depend on how often somebody looks", () => {
    const asleep = live(situationOf("stuck", one));
    const awake = live(situationOf("stuck", one));
    for (const at of [start, start + hour, start + 10 * hour]) {
      asleep.hear(click(at));
      awake.hear(click(at));
      for (let later = at; later < at + hour; later += 7 * minute) awake.wait(later);
    }
    asleep.wait(start + 20 * hour);
    awake.wait(start + 20 * hour);
    expect(awake.transitions).toEqual(asleep.transitions);
  });

  it("is left after its longest duration whatever the score, and entered again only after the score has fallen", () => {
    const situation = live(situationOf("stuck", one, { maxDurationMs: 30 * minute }));
    for (let i = 0; i < 10; i += 1) situation.hear(click(start + i * 10 * minute));
    situation.hear(click(start + 30 * hour));
    expect(situation.path()).toEqual(["entered 1 @0", "left 1 @30", "entered 2 @1800"]);
  });

  it("enters at a deadline though no event comes, and a completion leaves it", () => {
    const checkout = exitSignal("checkout", { ...sure, saturation: 0.5 });
    const situation = live(situationOf("stuck", [{ signal: "checkout", group: "g", weight: 1 }]), [checkout]);
    situation.hear(trackEvent("b", "checkout begun", start));
    situation.wait(start + 20 * minute);
    expect(situation.path()).toEqual(["entered 1 @10"]);
    situation.hear(trackEvent("d", "checkout done", start + 25 * minute));
    expect(situation.path()).toEqual(["entered 1 @10", "left 1 @25"]);
  });
});

describe("thresholds and bands", () => {
  it("the first segment the customer is a member of sets the thresholds", () => {
    const lower = {
      segmentThresholds: [
        { segment: "others", enter: 0.1, exit: 0.01 },
        { segment: "pros", enter: 0.4, exit: 0.1 },
      ],
    };
    const situation = live(situationOf("stuck", one, { ...lower, thresholds: { enter: 0.9, exit: 0.2 } }));
    situation.hear(click(start));
    expect(situation.path()).toEqual(["entered 1 @0"]);
  });

  it("needs the number of distinct groups it asks for", () => {
    const situation = live(situationOf("stuck", [...one, { signal: "errors", group: "server", weight: 1 }], { minGroups: 2 }));
    situation.hear(click(start), click(start + 1), click(start + 2));
    expect(situation.path()).toEqual([]);
    situation.hear(failure(start + 3));
    expect(situation.path()).toEqual(["entered 1 @0"]);
  });

  it("below the confidence floor it asks once per crossing instead of entering", () => {
    const unsure = countSignal("clicks", { reliability: { alpha: 3, beta: 2 }, saturation: 0.1 });
    const situation = live(situationOf("stuck", one, { confidenceFloor: 0.7 }), [unsure]);
    situation.hear(click(start), click(start + 1), click(start + minute));
    expect(situation.path()).toEqual(["asked 1 @0"]);
    expect(situation.evidence(start + minute)).toMatchObject({ band: "below", belowFloor: "ask", confidence: 0.6 });
    situation.hear(click(start + 40 * hour));
    expect(situation.path()).toEqual(["asked 1 @0", "asked 1 @2400"]);
  });

  it("asks from askFrom on, and enters when the score goes on to rise", () => {
    const situation = live(situationOf("stuck", one, { thresholds: { enter: 0.6, exit: 0.25 }, askFrom: 0.4 }));
    situation.hear(click(start));
    situation.hear(click(start + minute));
    expect(situation.path()).toEqual(["asked 1 @0", "entered 1 @1"]);
    expect(situation.evidence(start + minute)?.band).toBe("act");
  });

  it("asks again when a completion took the reason away and it comes back", () => {
    const situation = live(situationOf("stuck", [{ signal: "checkout", group: "g", weight: 1 }], { confidenceFloor: 1 }), [
      exitSignal("checkout", { saturation: 0.5 }),
    ]);
    situation.hear(trackEvent("b1", "checkout begun", start));
    situation.hear(trackEvent("d1", "checkout done", start + 11 * minute));
    situation.hear(trackEvent("b2", "checkout begun", start + 11 * minute + 1));
    situation.wait(start + 30 * minute);
    expect(situation.path()).toEqual(["asked 1 @10", "asked 1 @21"]);
  });

  it("evidence is read at now, never from a stale status", () => {
    const situation = live(situationOf("stuck", one));
    situation.hear(click(start));
    expect(situation.evidence(start + hour)).toMatchObject({ band: "act" });
    expect(situation.evidence(start + 10 * hour)?.band).toBe("below");
    expect(
      evidenceFor({ catalog: situation.catalog, customer: ada, state: situation.state(), situationKey: "gone", now: start }),
    ).toBeNull();
  });
});

it("looking changes nothing when nothing happened", () => {
  const situation = live(situationOf("stuck", one));
  situation.hear(click(start));
  situation.wait(start + minute);
  const before = situation.state();
  const { timers, transitions } = situation.wait(start + 2 * minute);
  expect(situation.state()).toBe(before);
  expect([...timers, ...transitions]).toEqual([]);
});

it("a situation that throws is named once and leaves the others alone", () => {
  const trap = situationOf("trap", one);
  Object.defineProperty(trap, "thresholds", {
    get() {
      throw new Error("boom");
    },
  });
  const catalog = catalogOf({ signals: [clicks], situations: [trap, situationOf("stuck", one)] });
  const result = followEvents({
    catalog,
    customer: ada,
    state: emptyCustomerState(),
    snapshot: null,
    events: [click(start), click(start + 1)],
    storedHits: null,
    now: start,
  });
  expect(result.faults).toEqual([{ kind: "situation", key: "trap", version: 1, message: "boom" }]);
  expect(result.transitions).toMatchObject([{ situation: "stuck", kind: "entered", causedBy: `c${start}` }]);
});
