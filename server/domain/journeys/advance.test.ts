import { describe, expect, it } from "vitest";
import { ended, passage } from "../../../tests/support/journey-passage.ts";
import {
  aCustomer,
  aJourney,
  anEntry,
  anEvent,
  DAY,
  enrolled,
  exit,
  factsOf,
  HOUR,
  help,
  live,
  MINUTE,
  NOON,
  waitFor,
} from "../../../tests/support/journey-world.ts";
import type { JourneyNode } from "../definitions/journey.ts";
import { advance } from "./advance.ts";

describe("choices", () => {
  const fork: JourneyNode[] = [
    {
      id: "fork",
      kind: "branch",
      cases: [
        { name: "pro", rule: { field: "traits.plan", op: "eq", value: "pro" }, next: "vip" },
        { name: "said yes", rule: { field: "entry.$reaction", op: "eq", value: "accepted" }, next: "happy" },
      ],
      otherwise: "done",
    },
    exit("vip", "vip"),
    exit("happy", "happy"),
    exit(),
  ];

  it("a branch takes the first case that holds, or else the otherwise", () => {
    expect(ended(passage(fork))).toBe("completed");
    const pro = passage([help("tip", "fork"), ...fork]);
    pro.facts["traits.plan"] = "pro";
    pro.settle();
    expect(ended(pro)).toBe("vip");
  });

  it("a branch can read the answer to the latest offer", () => {
    const walk = passage([help("tip", "rest"), waitFor("rest", HOUR, "fork"), ...fork]);
    walk.settle();
    const timer = walk.timer();
    walk.react("accepted");
    walk.send({ kind: "timer", ref: timer.ref }, timer.dueAt);
    expect(ended(walk)).toBe("happy");
  });

  it("a split gives a customer the same arm on every pass, and keeps it in the enrollment", () => {
    const nodes: JourneyNode[] = [
      {
        id: "half",
        kind: "split",
        salt: "s1",
        arms: [
          { key: "left", weight: 1, next: "rest" },
          { key: "right", weight: 1, next: "rest" },
        ],
      },
      waitFor("rest", HOUR, "half"),
    ];
    const walk = passage(nodes);
    const arm = walk.enrollment.context.arms.half;
    for (let pass = 0; pass < 5; pass++) walk.fire();
    expect(walk.enrollment.context.arms).toEqual({ half: arm });
    const kept = passage([help("tip", "half"), ...nodes]);
    kept.enrollment.context.arms.half = arm === "left" ? "right" : "left";
    kept.settle();
    expect(kept.enrollment.context.arms.half).not.toBe(arm);
  });

  it("a handoff makes a task for a person, but none for people who are left alone", () => {
    const nodes: JourneyNode[] = [
      { id: "call", kind: "handoff", queue: "billing", priority: 2, slaMs: HOUR, title: "Card refused", next: "done" },
      exit(),
    ];
    expect(passage(nodes).commands[0]).toMatchObject({
      kind: "task",
      task: { stepKey: "e1.call.0.1", queue: "billing", dueAt: NOON + HOUR },
    });
    expect(passage(nodes, {}, { arm: "holdout" }).commands.map((command) => command.kind)).toEqual(["ended"]);
  });

  it("a survey is offered like help, without evidence", () => {
    const walk = passage([
      { id: "ask", kind: "survey", survey: "csat", response: "csat", channels: "auto", validForMs: HOUR, next: "done" },
      exit(),
    ]);
    expect(walk.offer()).toMatchObject({ kind: "survey", responseKey: "csat", evidence: null });
  });
});

describe("leaving", () => {
  const goal = { match: { type: "track", name: "Order Completed" }, windowMs: DAY } as const;

  it("the goal is noted with its own time, closes what is open and ends the enrollment", () => {
    const walk = passage([help("tip", "done"), exit()], { goal });
    const commands = walk.send({ kind: "event", event: anEvent("Order Completed", NOON + 5) }, NOON + MINUTE);
    expect(commands).toEqual([{ kind: "closeOffers" }, { kind: "ended", reason: "goal" }]);
    expect(walk.enrollment).toMatchObject({ goalAt: NOON + 5, endedAt: NOON + MINUTE, endReason: "goal" });
  });

  it("the goal is noted after the end too, once, within its window and without commands", () => {
    const walk = passage([help("tip", "done"), exit()], { goal });
    walk.settle();
    expect(walk.send({ kind: "goal", at: NOON + DAY + 1 })).toEqual([]);
    expect(walk.enrollment.goalAt).toBeNull();
    expect(walk.send({ kind: "event", event: anEvent("Order Completed", NOON + DAY) })).toEqual([]);
    expect(walk.enrollment).toMatchObject({ goalAt: NOON + DAY, endReason: "completed" });
    walk.send({ kind: "goal", at: NOON + 1 });
    expect(walk.enrollment.goalAt).toBe(NOON + DAY);
  });

  it("events before the entry and historical ones are no goal and no exit", () => {
    const walk = passage([help("tip", "done"), exit()], {
      goal,
      exitOn: { situationEnds: false, event: { type: "track", name: "Signed Out" } },
    });
    for (const name of ["Order Completed", "Signed Out"]) {
      expect(walk.send({ kind: "event", event: anEvent(name, NOON - 1) })).toEqual([]);
      expect(walk.send({ kind: "event", event: anEvent(name, NOON + 1, { historical: true }) })).toEqual([]);
    }
    walk.send({ kind: "event", event: anEvent("Signed Out", NOON + 1) });
    expect(ended(walk)).toBe("exit_event");
  });

  it("the end of the episode that started it ends the enrollment when the journey says so", () => {
    const walk = passage([waitFor("rest", HOUR, "done"), exit()]);
    expect(walk.send({ kind: "situationLeft", situation: "checkout_trouble", episode: 2 })).toEqual([]);
    expect(walk.send({ kind: "situationLeft", situation: "checkout_trouble", episode: 1 }).map((command) => command.kind)).toEqual([
      "timer",
      "ended",
    ]);
    expect(ended(walk)).toBe("situation_ended");
  });

  it("turning the help off ends the enrollment wherever it stands", () => {
    const walk = passage([
      help("tip", "rest"),
      waitFor("rest", HOUR, "call"),
      { id: "call", kind: "handoff", queue: "q1", priority: 1, slaMs: HOUR, title: "x", next: "done" },
      exit(),
    ]);
    walk.settle();
    walk.react("turned_off");
    expect(ended(walk)).toBe("turned_off");
  });

  it("the end of the journey's validity keeps new people out and leaves those inside alone", () => {
    const walk = passage([waitFor("rest", HOUR, "tip"), help("tip", "done"), exit()], { validUntil: "2026-07-01T12:30:00Z" });
    walk.fire();
    expect(walk.offer().nodeId).toBe("tip");
  });

  it("a goal node notes the goal and goes on", () => {
    const walk = passage([{ id: "won", kind: "goal", next: "done" }, exit()]);
    expect(walk.enrollment).toMatchObject({ goalAt: NOON, endReason: "completed" });
  });
});

describe("faults of a definition end the enrollment and never throw", () => {
  it("a node that does not exist", () => {
    expect(ended(passage([help("tip", "gone")]))).toBeNull();
    const walk = passage([help("tip", "gone")]);
    walk.settle();
    expect(ended(walk)).toBe("definition_fault");
    expect(ended(passage([exit()], { start: "gone" }))).toBe("definition_fault");
  });

  it("a rule or matcher that cannot be evaluated", () => {
    const broken = JSON.parse('{"field":"traits.plan","op":"no_such_operator","value":1}');
    const missing = JSON.parse('{"any":[null]}');
    const branch = (rule: typeof broken): JourneyNode[] => [
      { id: "fork", kind: "branch", cases: [{ name: "x", rule, next: "done" }], otherwise: "done" },
      exit(),
    ];
    expect(ended(passage(branch(missing)))).toBe("definition_fault");
    const walk = passage([waitFor("rest", HOUR, "done"), exit()], {
      goal: { match: { type: "track", where: missing }, windowMs: DAY },
    });
    walk.send({ kind: "event", event: anEvent("x", NOON + 1) });
    expect(ended(walk)).toBe("definition_fault");
    expect(walk.send({ kind: "event", event: anEvent("x", NOON + 2) })).toEqual([]);
  });

  it("a graph that goes round without waiting", () => {
    const goal = (id: string, next: string): JourneyNode => ({ id, kind: "goal", next });
    expect(ended(passage([goal("one", "two"), goal("two", "one")]))).toBe("endless");
  });

  it("an entry that begins at an unknown zone is waited for in UTC", () => {
    const journey = aJourney([waitFor("day", DAY, "done"), exit()]);
    const result = advance({
      journey: live(journey),
      enrollment: enrolled(journey, anEntry()),
      customer: aCustomer({ timezone: "Mars/Olympus" }),
      stimulus: { kind: "entered" },
      facts: factsOf(),
      evidence: null,
      now: NOON,
    });
    expect(result.commands).toMatchObject([{ change: { dueAt: NOON + DAY } }]);
  });
});
