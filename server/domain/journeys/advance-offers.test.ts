import { describe, expect, it } from "vitest";
import { ended, passage } from "../../../tests/support/journey-passage.ts";
import { exit, HOUR, help, ladder, MINUTE, NOON, waitFor } from "../../../tests/support/journey-world.ts";
import type { JourneyDefinition } from "../definitions/journey.ts";

describe("help", () => {
  it("is offered with the journey's terms and the evidence, and the enrollment rests until it is settled", () => {
    const walk = passage([help("tip", "done"), exit()], { area: "payments" });
    expect(walk.offer()).toMatchObject({
      stepKey: "e1.tip.0.1",
      kind: "help",
      rung: null,
      responseKey: "card_tip",
      class: "help",
      topic: "checkout",
      area: "payments",
      evidence: { score: 0.8 },
      createdAt: NOON,
    });
    expect(walk.enrollment).toMatchObject({ status: "active", nodeId: "tip", fence: 1, eligibleAt: null });
    walk.settle();
    expect(walk.enrollment).toMatchObject({ status: "ended", endReason: "completed", eligibleAt: NOON, fence: 2 });
  });

  it.each(["suppressed", "failed", "reviewed_rejected"] as const)(
    "that was %s leads on without making the customer comparable",
    (result) => {
      const walk = passage([help("tip", "done"), exit()]);
      walk.settle(result);
      expect(walk.enrollment).toMatchObject({ status: "ended", eligibleAt: null });
    },
  );

  it("that was answered before its sending is on record leads on, and the late record changes nothing", () => {
    const walk = passage([help("tip", "rest"), waitFor("rest", HOUR, "done"), exit()]);
    const { stepKey } = walk.offer();
    walk.react("accepted");
    expect(walk.enrollment).toMatchObject({ nodeId: "rest", eligibleAt: NOON, context: { reaction: "accepted" } });
    expect(walk.send({ kind: "offerSettled", stepKey, result: "sent" })).toEqual([]);
  });
});

describe("ladder", () => {
  const climb = (changes: Partial<JourneyDefinition> = {}) =>
    passage([ladder("steps", "after", [["in_page"], ["email"], ["agent"]]), waitFor("after", HOUR, "done"), exit()], {
      exitOn: { situationEnds: false },
      ...changes,
    });

  it("starts with the smallest help and takes the next rung only after patience and while the situation holds", () => {
    const walk = climb();
    expect(walk.offer()).toMatchObject({ rung: 0, channels: ["in_page"], stepKey: "e1.steps.0.1" });
    walk.settle();
    expect(walk.timer()).toMatchObject({ kind: "journey_wait", ref: "e1.steps.1", dueAt: NOON + 10 * MINUTE });
    walk.fire();
    expect(walk.offer()).toMatchObject({ rung: 1, channels: ["email"], stepKey: "e1.steps.1.2" });
    walk.settle();
    walk.active = false;
    walk.fire();
    expect(walk.enrollment.nodeId).toBe("after");
  });

  it("goes on after its last rung", () => {
    const walk = climb();
    for (let rung = 0; rung < 3; rung++) {
      walk.settle();
      walk.fire();
    }
    expect(walk.enrollment.nodeId).toBe("after");
  });

  it("is passed over when the situation is over on arrival", () => {
    const walk = passage([waitFor("first", HOUR, "steps"), ladder("steps", "done"), exit()], { exitOn: { situationEnds: false } });
    walk.active = false;
    walk.fire();
    expect(ended(walk)).toBe("completed");
  });

  it.each(["withheld", "suppressed", "failed"] as const)("takes the next rung after the patience of one that was %s", (result) => {
    const walk = climb();
    walk.settle(result);
    expect(walk.timer().dueAt).toBe(NOON + 10 * MINUTE);
    walk.fire();
    expect(walk.offer().rung).toBe(1);
  });

  it("is left when a reviewer rejects a rung", () => {
    const walk = climb();
    walk.settle("reviewed_rejected");
    expect(walk.enrollment.nodeId).toBe("after");
  });

  it.each(["accepted", "declined"] as const)(
    "is left when the customer has %s, also an older rung, and its timer is cancelled",
    (reaction) => {
      const walk = climb();
      const first = walk.offer().stepKey;
      walk.settle();
      walk.fire();
      walk.settle();
      const { ref } = walk.timer();
      expect(walk.send({ kind: "reaction", reaction, stepKey: first })[0]).toEqual({
        kind: "timer",
        change: { op: "cancel", kind: "journey_wait", ref },
      });
      expect(walk.enrollment).toMatchObject({ nodeId: "after", context: { reaction } });
      expect(walk.send({ kind: "reaction", reaction, stepKey: first })).toEqual([]);
    },
  );

  it("waits for the end of a snooze, offers the same rung once more, and is left at the second snooze", () => {
    const walk = climb();
    walk.settle();
    walk.react("snoozed", NOON + 2 * HOUR);
    expect(walk.timer().dueAt).toBe(NOON + 2 * HOUR);
    walk.fire();
    expect(walk.offer()).toMatchObject({ rung: 0, stepKey: "e1.steps.0.2", duplicateWindowMs: 0 });
    walk.settle();
    walk.react("snoozed", NOON + 9 * HOUR);
    expect(walk.enrollment.nodeId).toBe("after");
  });

  it("is left when its situation ends, closing the offer still open", () => {
    const walk = climb();
    expect(walk.send({ kind: "situationLeft", situation: "checkout_trouble", episode: 2 })).toEqual([]);
    expect(walk.send({ kind: "situationLeft", situation: "checkout_trouble", episode: 1 })[0]).toEqual({ kind: "closeOffers" });
    expect(walk.enrollment.nodeId).toBe("after");
  });
});
