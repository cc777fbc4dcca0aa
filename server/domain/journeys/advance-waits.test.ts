import { describe, expect, it } from "vitest";
import { ended, passage } from "../../../tests/support/journey-passage.ts";
import { anEvent, DAY, exit, HOUR, help, MINUTE, NOON, untilEvent, waitFor } from "../../../tests/support/journey-world.ts";
import type { JourneyNode } from "../definitions/journey.ts";
import { enrollmentOfWait } from "./wait-ref.ts";

describe("waits", () => {
  it("for whole days keep the customer's local hour across a change of clocks", () => {
    const walk = passage([waitFor("day", DAY, "done"), exit()]);
    expect(walk.timer().dueAt).toBe(NOON + DAY);
    const autumn = passage([help("tip", "day"), waitFor("day", DAY, "done"), exit()]);
    autumn.now = Date.UTC(2026, 9, 24, 12);
    autumn.settle();
    expect(autumn.timer().dueAt).toBe(Date.UTC(2026, 9, 25, 13));
  });

  it("for a local window pass when it is open and otherwise end when it opens for this customer", () => {
    const window = (from: string, to: string, days = [1, 2, 3, 4, 5, 6, 7]): JourneyNode[] => [
      { id: "hours", kind: "wait", mode: "until_local_time", from, to, days, next: "done" },
      exit(),
    ];
    expect(ended(passage(window("09:00", "18:00")))).toBe("completed");
    expect(passage(window("18:00", "20:00")).timer().dueAt).toBe(Date.UTC(2026, 6, 1, 16));
    expect(passage(window("09:00", "18:00", [6, 7])).timer().dueAt).toBe(Date.UTC(2026, 6, 4, 7));
  });

  it("for a local window wait for the next one when served after it closed", () => {
    const walk = passage([
      { id: "hours", kind: "wait", mode: "until_local_time", from: "18:00", to: "20:00", days: [3, 4], next: "done" },
      exit(),
    ]);
    const { ref } = walk.timer();
    walk.send({ kind: "timer", ref }, Date.UTC(2026, 6, 1, 19));
    expect(walk.timer()).toMatchObject({ dueAt: Date.UTC(2026, 6, 2, 16) });
    expect(walk.timer().ref).not.toBe(ref);
    walk.fire();
    expect(ended(walk)).toBe("completed");
  });

  it("for an event take the first later one, each event once, and give up at the timeout", () => {
    const nodes = [untilEvent("one", "Paid", "two", "late"), untilEvent("two", "Paid", "done", "late"), exit(), exit("late", "gave_up")];
    const walk = passage(nodes);
    const paid = anEvent("Paid", NOON + MINUTE);
    expect(walk.send({ kind: "event", event: anEvent("Paid", NOON - 1) })).toEqual([]);
    expect(walk.send({ kind: "event", event: { ...paid, historical: true } })).toEqual([]);
    walk.send({ kind: "event", event: paid }, NOON + MINUTE);
    expect(walk.enrollment.nodeId).toBe("two");
    expect(walk.send({ kind: "event", event: paid })).toEqual([]);
    walk.send({ kind: "event", event: anEvent("Paid", NOON + MINUTE, { messageKey: "Paid-z" }) });
    expect(ended(walk)).toBe("completed");
    const slow = passage(nodes);
    slow.fire();
    expect(ended(slow)).toBe("gave_up");
  });

  it("for an event do not miss one that came while the help before them was still being sent", () => {
    const walk = passage([help("tip", "paid"), untilEvent("paid", "Paid", "done", "late"), exit(), exit("late", "gave_up")]);
    walk.send({ kind: "event", event: anEvent("Paid", NOON + 5) });
    expect(walk.enrollment.nodeId).toBe("tip");
    walk.settle();
    expect(ended(walk)).toBe("completed");
  });

  it("for the end of a situation pass at once when it is over", () => {
    const nodes: JourneyNode[] = [
      { id: "over", kind: "wait", mode: "until_situation_ends", situation: "late_parcel", timeoutMs: DAY, next: "done", onTimeout: "late" },
      exit(),
      exit("late", "gave_up"),
    ];
    expect(ended(passage([help("tip", "over"), ...nodes]))).toBeNull();
    const over = passage([help("tip", "over"), ...nodes]);
    over.settle();
    expect(ended(over)).toBe("completed");
    const lasting = passage([help("tip", "over"), ...nodes]);
    lasting.facts["situation.late_parcel"] = true;
    lasting.settle();
    expect(lasting.timer().dueAt).toBe(NOON + DAY);
    lasting.send({ kind: "situationLeft", situation: "late_parcel", episode: 7 });
    expect(ended(lasting)).toBe("completed");
  });

  it("ignore timers of another visit, of another node, and those served before they are due", () => {
    const walk = passage([waitFor("one", HOUR, "two"), waitFor("two", HOUR, "one")]);
    const first = walk.timer();
    expect(enrollmentOfWait(first.ref)).toBe("e1");
    expect(walk.send({ kind: "timer", ref: first.ref }, first.dueAt - 1)).toEqual([]);
    walk.send({ kind: "timer", ref: first.ref }, first.dueAt);
    expect(walk.enrollment.nodeId).toBe("two");
    expect(walk.send({ kind: "timer", ref: first.ref }, first.dueAt + DAY)).toEqual([]);
    walk.send({ kind: "timer", ref: walk.enrollment.nodeId }, first.dueAt + DAY);
    expect(walk.enrollment.nodeId).toBe("two");
  });
});
