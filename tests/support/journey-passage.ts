import type { JourneyDefinition, JourneyNode } from "#server/domain/definitions/journey.ts";
import { advance, type JourneyCommand, type OfferResult, type Stimulus } from "#server/domain/journeys/advance.ts";
import type { Enrollment, Offer, ReactionKind } from "#server/domain/journeys/enrollment.ts";
import type { TimerChange } from "#server/domain/timer.ts";
import { aCustomer, aJourney, enrolled, factsOf, live, NOON, someEvidence } from "./journey-world.ts";

export type Passage = {
  enrollment: Enrollment;
  /** What the last stimulus asked for. */
  commands: JourneyCommand[];
  now: number;
  /** The situation that started it still holds. */
  active: boolean;
  facts: Record<string, unknown>;
  send(stimulus: Stimulus, at?: number): JourneyCommand[];
  /** The offer the last stimulus made. */
  offer(): Offer;
  /** The timer the last stimulus set. */
  timer(): Extract<TimerChange, { op: "set" }>;
  settle(result?: OfferResult): JourneyCommand[];
  /** Serves the timer just set, when it is due. */
  fire(): JourneyCommand[];
  react(reaction: ReactionKind, until?: number): JourneyCommand[];
};

/** Walks one enrollment and keeps what it asked for. */
export function passage(nodes: JourneyNode[], changes: Partial<JourneyDefinition> = {}, start: Partial<Enrollment> = {}): Passage {
  const journey = aJourney(nodes, changes);
  const walk: Passage = {
    enrollment: { ...enrolled(journey), ...start },
    commands: [],
    now: NOON,
    active: true,
    facts: { "situation.checkout_trouble": true },
    send(stimulus: Stimulus, at: number = walk.now): JourneyCommand[] {
      walk.now = at;
      const result = advance({
        journey: live(journey),
        enrollment: walk.enrollment,
        customer: aCustomer(),
        stimulus,
        facts: factsOf(walk.facts),
        evidence: walk.active ? someEvidence() : null,
        now: at,
      });
      walk.enrollment = result.enrollment;
      walk.commands = result.commands;
      return result.commands;
    },
    offer(): Offer {
      const command = walk.commands.find((candidate) => candidate.kind === "offer");
      if (command?.kind !== "offer") throw new Error("no offer was made");
      return command.offer;
    },
    timer(): Extract<TimerChange, { op: "set" }> {
      const command = walk.commands.find((candidate) => candidate.kind === "timer" && candidate.change.op === "set");
      if (command?.kind !== "timer" || command.change.op !== "set") throw new Error("no timer was set");
      return command.change;
    },
    settle: (result: OfferResult = "sent"): JourneyCommand[] =>
      walk.send({ kind: "offerSettled", stepKey: walk.enrollment.context.offer?.stepKey ?? "", result }),
    fire(): JourneyCommand[] {
      const { ref, dueAt } = walk.timer();
      return walk.send({ kind: "timer", ref }, dueAt);
    },
    react: (reaction: ReactionKind, until?: number): JourneyCommand[] =>
      walk.send({
        kind: "reaction",
        reaction,
        stepKey: walk.enrollment.context.offer?.stepKey ?? "",
        ...(until !== undefined && { until }),
      }),
  };
  walk.send({ kind: "entered" });
  return walk;
}
/** Why it is over, or null while it goes on. */
export const ended = (walk: { enrollment: Enrollment }) => walk.enrollment.endReason;
