import type { DomainEvent } from "../events.ts";
import type { TimerChange } from "../timer.ts";
import type { Offer, ReactionKind } from "./enrollment.ts";

/** How an offer ended, as the gate or the review queue reports it. `withheld` is the ghost of a held-out customer. */
export type OfferResult = "sent" | "withheld" | "suppressed" | "failed" | "reviewed_rejected";

/** Something that may move an enrollment. Instants are epoch milliseconds. */
export type Stimulus =
  /** The enrollment was just created: walk on from the start node. */
  | { kind: "entered" }
  /** A `journey_wait` timer came due. */
  | { kind: "timer"; ref: string }
  /** An event of the customer, each once and in (occurredAt, messageKey) order within a batch. */
  | { kind: "event"; event: DomainEvent }
  /** The customer left this episode of a situation. */
  | { kind: "situationLeft"; situation: string; episode: number }
  | { kind: "offerSettled"; stepKey: string; result: OfferResult }
  /** The customer's answer to the message of `stepKey`; `until` is the end of a snooze. */
  | { kind: "reaction"; reaction: ReactionKind; stepKey: string; until?: number }
  /** The goal was reached at `at`, as found by something other than an event stimulus. */
  | { kind: "goal"; at: number };

/** Work for a person. */
export type HandoffTask = {
  kind: "handoff";
  /** Unique for ever, as with offers. */
  stepKey: string;
  enrollmentId: string;
  journeyKey: string;
  journeyVersion: number;
  nodeId: string;
  queue: string;
  priority: number;
  title: string;
  createdAt: number;
  dueAt: number;
};

/** Why an enrollment ended other than at an exit node, which gives a reason in its own words. */
export type EndReason =
  | "goal"
  | "situation_ended"
  | "exit_event"
  | "turned_off"
  /** The graph went round without waiting. */
  | "endless"
  /** The definition names a node that does not exist, or one of its rules cannot be evaluated. */
  | "definition_fault";

/** What the shell must do after a step, in this order and in the same transaction. */
export type JourneyCommand =
  | { kind: "offer"; offer: Offer }
  | { kind: "timer"; change: TimerChange }
  | { kind: "task"; task: HandoffTask }
  /** Close every open or held candidate of the enrollment. */
  | { kind: "closeOffers" }
  | { kind: "ended"; reason: string };
