import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  aCustomer,
  aJourney,
  anEvent,
  DAY,
  enrolled,
  exit,
  factsOf,
  HOUR,
  help,
  ladder,
  live,
  MINUTE,
  NOON,
  someEvidence,
  untilEvent,
  waitFor,
} from "../../../tests/support/journey-world.ts";
import type { Channel } from "../definitions/common-fields.ts";
import type { JourneyDefinition, JourneyNode } from "../definitions/journey.ts";
import { advance, type JourneyCommand, type OfferResult, type Stimulus } from "./advance.ts";
import { type Enrollment, enrollmentContextSchema, reactionKinds } from "./enrollment.ts";
import { reachableFrom } from "./graph.ts";
import { graphProblems } from "./validate-graph.ts";

const SIZE = 8;
const rungs: Channel[][] = [["in_page"], ["email"], ["sms"]];
const kinds = ["help", "ladder", "survey", "for", "hours", "event", "ends", "branch", "split", "handoff", "goal"] as const;

/** A node that leads forward, and back only from a wait: so that no loop spins. */
function nodeAt(index: number, kind: (typeof kinds)[number], first: number, second: number): JourneyNode {
  const id = `n${index}`;
  const forward = (pick: number) => `n${index + 1 + (pick % (SIZE - index))}`;
  const anywhere = (pick: number) => `n${pick % (SIZE + 1)}`;
  const next = forward(first);
  switch (kind) {
    case "help":
      return help(id, next);
    case "survey":
      return { id, kind: "survey", survey: "csat", response: "csat", channels: "auto", validForMs: HOUR, next };
    case "ladder":
      return ladder(id, next, rungs.slice(0, 1 + (second % 3)), MINUTE);
    case "for":
      return waitFor(id, HOUR, anywhere(first));
    case "hours":
      return { id, kind: "wait", mode: "until_local_time", from: "09:00", to: "17:00", days: [1, 2, 3, 4, 5], next };
    case "event":
      return untilEvent(id, "A", anywhere(first), anywhere(second), HOUR);
    case "ends":
      return {
        id,
        kind: "wait",
        mode: "until_situation_ends",
        situation: "checkout_trouble",
        timeoutMs: HOUR,
        next,
        onTimeout: forward(second),
      };
    case "branch":
      return {
        id,
        kind: "branch",
        cases: [{ name: "yes", rule: { field: "entry.$reaction", op: "eq", value: "accepted" }, next }],
        otherwise: forward(second),
      };
    case "split":
      return {
        id,
        kind: "split",
        salt: id,
        arms: [
          { key: "left", weight: 1, next },
          { key: "right", weight: 2, next: forward(second) },
        ],
      };
    case "handoff":
      return { id, kind: "handoff", queue: "billing", priority: 1, slaMs: HOUR, title: "Call", next };
    case "goal":
      return { id, kind: "goal", next };
  }
}

const journeys: fc.Arbitrary<JourneyDefinition> = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...kinds), fc.nat(100), fc.nat(100)), { minLength: SIZE, maxLength: SIZE }),
    fc.boolean(),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([choices, situationEnds, hasExitEvent, hasGoal]) => {
    const nodes = [...choices.map(([kind, first, second], index) => nodeAt(index, kind, first, second)), exit(`n${SIZE}`)];
    const journey = aJourney(nodes, {
      exitOn: { situationEnds, ...(hasExitEvent && { event: { type: "track", name: "B" } }) },
      ...(hasGoal && { goal: { match: { type: "track", name: "C" }, windowMs: DAY } }),
    });
    const reached = reachableFrom(journey, journey.start);
    return { ...journey, nodes: nodes.filter((node) => reached.has(node.id)) };
  });

const results: OfferResult[] = ["sent", "withheld", "suppressed", "failed", "reviewed_rejected"];
const eventNames = ["A", "A", "A", "B", "C", "D"];
/** One thing that may happen next: what, which one of those known so far, and how much later. */
const happening = fc.record({
  what: fc.constantFrom("entered", "timer", "timer", "event", "left", "settled", "settled", "settled", "reaction", "goal"),
  pick: fc.nat(1000),
  later: fc.constantFrom(0, 1, MINUTE, HOUR),
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** An enrollment in a world that keeps delivering, in any order, also what is long stale. */
class World {
  enrollment: Enrollment;
  now = NOON;
  active = true;
  readonly journey: JourneyDefinition;
  readonly offers: string[] = [];
  readonly refs: { ref: string; dueAt: number }[] = [];

  constructor(journey: JourneyDefinition, arm: Enrollment["arm"] = "treated") {
    this.journey = journey;
    this.enrollment = { ...enrolled(journey), arm };
  }

  deliver(stimulus: Stimulus): JourneyCommand[] {
    const result = advance({
      journey: live(this.journey),
      enrollment: this.enrollment,
      customer: aCustomer(),
      stimulus,
      facts: factsOf({ "situation.checkout_trouble": this.active }),
      evidence: this.active ? someEvidence() : null,
      now: this.now,
    });
    this.enrollment = result.enrollment;
    for (const command of result.commands) {
      if (command.kind === "offer") this.offers.push(command.offer.stepKey);
      if (command.kind === "timer" && command.change.op === "set") this.refs.push(command.change);
    }
    return result.commands;
  }

  /** The stimulus of a happening; null when there is nothing it could be about. */
  stimulusOf({ what, pick, later }: Happening, settleAs: (result: OfferResult) => OfferResult = (result) => result): Stimulus | null {
    this.now += later;
    const stepKey = pick % 3 === 0 ? this.offers[pick % Math.max(1, this.offers.length)] : this.offers.at(-1);
    switch (what) {
      case "entered":
        return { kind: "entered" };
      case "timer": {
        const timer = pick % 3 === 0 ? this.refs[pick % Math.max(1, this.refs.length)] : this.refs.at(-1);
        if (timer === undefined) return null;
        if (pick % 2 === 0) this.now = Math.max(this.now, timer.dueAt);
        return { kind: "timer", ref: timer.ref };
      }
      case "event": {
        const at = this.now - (pick % 5) * MINUTE;
        return { kind: "event", event: anEvent(eventNames[pick % eventNames.length] ?? "A", at, { messageKey: `m${pick}` }) };
      }
      case "left":
        this.active = false;
        return { kind: "situationLeft", situation: "checkout_trouble", episode: 1 };
      case "settled":
        return stepKey === undefined ? null : { kind: "offerSettled", stepKey, result: settleAs(results[pick % results.length] ?? "sent") };
      case "reaction": {
        if (stepKey === undefined) return null;
        return { kind: "reaction", reaction: reactionKinds[pick % reactionKinds.length] ?? "accepted", stepKey, until: this.now + HOUR };
      }
      case "goal":
        return pick % 4 === 0 ? { kind: "goal", at: this.now } : null;
    }
    return null;
  }
}

function rests(enrollment: Enrollment): boolean {
  const { offer, dueAt } = enrollment.context;
  return offer?.settled === false || dueAt !== undefined;
}

const script = fc.array(happening, { maxLength: 60 });

describe("laws of advancing", () => {
  it("the journeys of these tests are sound", () => {
    fc.assert(
      fc.property(journeys, (journey) => {
        expect(graphProblems(journey).filter((found) => found.severity === "error")).toEqual([]);
      }),
    );
  });

  it("every stimulus leaves the enrollment resting on something that will come, or ended without a fault", () => {
    fc.assert(
      fc.property(journeys, script, (journey, happenings) => {
        const world = new World(journey);
        world.deliver({ kind: "entered" });
        for (const next of happenings) {
          if (world.enrollment.status === "active") expect(rests(world.enrollment)).toBe(true);
          else expect(["endless", "definition_fault", null]).not.toContain(world.enrollment.endReason);
          const stimulus = world.stimulusOf(next);
          if (stimulus !== null) world.deliver(stimulus);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("the same stimulus a second time changes nothing, and whatever does change something raises the fence by one", () => {
    fc.assert(
      fc.property(journeys, script, (journey, happenings) => {
        const world = new World(journey);
        for (const next of [{ what: "entered", pick: 0, later: 0 } as const, ...happenings]) {
          const stimulus = world.stimulusOf(next);
          if (stimulus === null) continue;
          const before = world.enrollment;
          const commands = world.deliver(stimulus);
          if (world.enrollment === before) expect(commands).toEqual([]);
          else expect(world.enrollment.fence).toBe(before.fence + 1);
          const after = world.enrollment;
          expect(world.deliver(stimulus)).toEqual([]);
          expect(world.enrollment).toBe(after);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("an ended enrollment asks for nothing any more, and its end is the last thing it asked for", () => {
    fc.assert(
      fc.property(journeys, script, (journey, happenings) => {
        const world = new World(journey);
        world.deliver({ kind: "entered" });
        for (const next of happenings) {
          const wasEnded = world.enrollment.status === "ended";
          const stimulus = world.stimulusOf(next);
          if (stimulus === null) continue;
          const commands = world.deliver(stimulus);
          if (wasEnded) expect(commands).toEqual([]);
          else expect(commands.at(-1)?.kind === "ended").toBe(world.enrollment.status === "ended" && commands.length > 0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("no sequence of stimuli makes two offers with one step key, and the memory between stimuli survives storage", () => {
    fc.assert(
      fc.property(journeys, script, (journey, happenings) => {
        const world = new World(journey);
        world.deliver({ kind: "entered" });
        for (const next of happenings) {
          const stimulus = world.stimulusOf(next);
          if (stimulus !== null) world.deliver(stimulus);
        }
        expect(new Set(world.offers).size).toBe(world.offers.length);
        expect(enrollmentContextSchema.parse(JSON.parse(JSON.stringify(world.enrollment.context)))).toEqual(world.enrollment.context);
      }),
      { numRuns: 500 },
    );
  });

  it("people who are left alone visit the same nodes as people who are helped and do not react", () => {
    fc.assert(
      fc.property(journeys, script, (journey, happenings) => {
        const helped = new World(journey);
        const alone = new World(journey, "holdout");
        helped.deliver({ kind: "entered" });
        alone.deliver({ kind: "entered" });
        for (const next of happenings) {
          if (next.what === "reaction") continue;
          const sent = helped.stimulusOf(next, (result) => (result === "withheld" || result === "reviewed_rejected" ? "sent" : result));
          const withheld = alone.stimulusOf(next, (result) => (result === "sent" || result === "reviewed_rejected" ? "withheld" : result));
          if (sent === null || withheld === null) continue;
          const commands = helped.deliver(sent).filter((command) => command.kind !== "task");
          expect(alone.deliver(withheld)).toEqual(commands);
          expect({ ...alone.enrollment, arm: "treated" }).toEqual(helped.enrollment);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("nothing that is passed in is changed", () => {
    fc.assert(
      fc.property(journeys, script, (journey, happenings) => {
        const world = new World(journey);
        for (const next of [{ what: "entered", pick: 0, later: 0 } as const, ...happenings]) {
          const before = world.enrollment;
          const copy = structuredClone(before);
          const stimulus = world.stimulusOf(next);
          if (stimulus !== null) world.deliver(stimulus);
          expect(before).toEqual(copy);
        }
      }),
    );
  });
});
