import { describe, expect, it } from "vitest";
import { messageStates } from "#server/contracts/console/deliveries.ts";
import { lifeOf } from "./delivery-life.ts";

const sent = {
  state: "sent" as const,
  reason: null,
  decidedAt: 1000,
  createdAt: 1000,
  stateAt: 1400,
  deadlineAt: 9000,
  attempts: 1,
  provider: "smtp",
  inFlightAtPause: false,
  clickedAt: null,
  seenAt: null,
};
const titles = (...input: Parameters<typeof lifeOf>) => lifeOf(...input).map((step) => step.title);

describe("the life of a message", () => {
  it("is told in the order of the road, also when all happened at one instant", () => {
    expect(titles({ ...sent, stateAt: 1000 }, { receipts: [], outcomes: [] })).toEqual([
      "Decided",
      "Passed the gate",
      "Handed over",
      "Taken by the provider",
    ]);
  });

  it("tells a receipt once, though it is an outcome too", () => {
    const opened = { id: "r", kind: "opened", at: 2000, provider: "smtp" };
    const life = titles(sent, {
      receipts: [opened],
      outcomes: [
        { ...opened, id: "o" },
        { id: "g", kind: "goal", at: 3000, provider: null },
      ],
    });
    expect(life.slice(-2)).toEqual(["Opened, told by smtp", "Outcome: goal"]);
    expect(life.filter((title) => /opened/i.test(title))).toHaveLength(1);
  });

  it.each(messageStates)("has words for a message that is %s", (state) => {
    const life = lifeOf({ ...sent, state, reason: "its_worker_was_lost" }, { receipts: [], outcomes: [] });
    expect(life.at(-1)?.title).toMatch(/^[A-Z].{5,}/);
    expect(life.at(-1)?.detail).toBe("its worker was lost");
  });
});
