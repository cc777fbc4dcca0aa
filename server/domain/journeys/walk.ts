import type { CustomerView } from "../customer.ts";
import type { Versioned } from "../definitions/catalog.ts";
import type { JourneyDefinition, JourneyNode } from "../definitions/journey.ts";
import type { DomainEvent } from "../events.ts";
import { matchesEvent, type RuleFacts } from "../rules/matches-rule.ts";
import type { Enrollment, Evidence, Offer } from "./enrollment.ts";
import type { EndReason, JourneyCommand, Stimulus } from "./stimulus.ts";
import { JOURNEY_WAIT, stepKey, waitRef } from "./wait-ref.ts";

export type AdvanceInput = {
  /** The version the enrollment is on. */
  journey: Versioned<JourneyDefinition>;
  enrollment: Enrollment;
  customer: CustomerView;
  stimulus: Stimulus;
  /** The customer's facts at `now`, for branches and matchers; `entry.<path>` included. */
  facts: RuleFacts;
  /** Evidence of the situation that started the enrollment at `now`; null when it is over or none did. */
  evidence: Evidence | null;
  now: number;
};

/** The definition cannot be followed: a node or rule is missing or broken. Ends the enrollment, never leaves the journey core. */
export class DefinitionFault extends Error {}

/** One advance in progress: a private draft of the enrollment and the commands so far. */
export type Walk = {
  readonly input: AdvanceInput;
  readonly journey: JourneyDefinition;
  readonly facts: RuleFacts;
  readonly enrollment: Enrollment;
  readonly commands: JourneyCommand[];
  changed: boolean;
};

export function startWalk(input: AdvanceInput): Walk {
  const { enrollment } = input;
  const draft: Enrollment = { ...enrollment, context: { ...enrollment.context, arms: { ...enrollment.context.arms } } };
  return {
    input,
    journey: input.journey.definition,
    facts: withReaction(input.facts, draft),
    enrollment: draft,
    commands: [],
    changed: false,
  };
}

/** Rules of a journey may read the customer's answer to its latest offer as `entry.$reaction`. */
function withReaction(facts: RuleFacts, enrollment: Enrollment): RuleFacts {
  return { get: (field) => (field === "entry.$reaction" ? enrollment.context.reaction : facts.get(field)) };
}

const nodesByJourney = new WeakMap<JourneyDefinition, Map<string, JourneyNode>>();

/** The node of this id, or undefined when the definition has none. */
export function nodeOf(journey: JourneyDefinition, id: string): JourneyNode | undefined {
  let nodes = nodesByJourney.get(journey);
  if (nodes === undefined) {
    nodes = new Map(journey.nodes.map((node) => [node.id, node]));
    nodesByJourney.set(journey, nodes);
  }
  return nodes.get(id);
}

/** The node the enrollment stands on. */
export function standingOn(walk: Walk): JourneyNode {
  const node = nodeOf(walk.journey, walk.enrollment.nodeId);
  if (node === undefined) throw new DefinitionFault(`there is no node ${walk.enrollment.nodeId}`);
  return node;
}

/** Runs a rule or matcher of the definition; whatever it throws is a fault of the definition. */
export function evaluate<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new DefinitionFault("a rule of the journey cannot be evaluated", { cause: error });
  }
}

export function matches(walk: Walk, matcher: Parameters<typeof matchesEvent>[0], event: DomainEvent): boolean {
  return evaluate(() => matchesEvent(matcher, event, walk.facts));
}

/** Steps onto a node (or onto it again): numbers the visit and drops what the last node waited for. */
export function beginVisit(walk: Walk, nodeId: string): void {
  dropWaiting(walk);
  const { context } = walk.enrollment;
  context.steps += 1;
  context.nodeVisit = context.steps;
  context.rung = 0;
  delete context.snoozed;
  delete context.early;
  walk.enrollment.nodeId = nodeId;
  walk.enrollment.nodeEnteredAt = walk.input.now;
  walk.changed = true;
}

/** A new visit number on the same node, so that every offer and timer of a ladder or a renewed wait has a key of its own. */
export function revisit(walk: Walk): void {
  dropWaiting(walk);
  walk.enrollment.context.steps += 1;
  walk.changed = true;
}

/** Makes an offer; the enrollment rests until it is settled. A new offer starts without an answer. */
export function offer(walk: Walk, step: Pick<Offer, "kind" | "rung" | "responseKey" | "channels" | "validForMs"> & Partial<Offer>): void {
  const { enrollment, input, journey } = walk;
  const { context } = enrollment;
  const key = stepKey(enrollment.id, enrollment.nodeId, step.rung, context.steps);
  context.offer = { stepKey: key, settled: false };
  delete context.reaction;
  walk.changed = true;
  walk.commands.push({
    kind: "offer",
    offer: {
      stepKey: key,
      enrollmentId: enrollment.id,
      journeyKey: journey.key,
      journeyVersion: enrollment.journeyVersion,
      nodeId: enrollment.nodeId,
      class: journey.class,
      purpose: journey.purpose,
      topic: journey.topic,
      area: journey.area ?? null,
      priority: journey.priority,
      whenOutranked: journey.whenOutranked,
      duplicateWindowMs: journey.duplicateWindowMs,
      sensitive: false,
      expectedBenefit: 0,
      evidence: null,
      createdAt: input.now,
      ...step,
    },
  });
}

/** The latest offer needs nothing more. Both arms count from the first that was, or would have been, sent. */
export function settleOffer(walk: Walk, reached: boolean): void {
  const { enrollment } = walk;
  if (enrollment.context.offer) enrollment.context.offer = { ...enrollment.context.offer, settled: true };
  if (reached) enrollment.eligibleAt ??= walk.input.now;
  walk.changed = true;
}

/** Arms the one timer of this visit, replacing it when it is armed already. */
export function arm(walk: Walk, dueAt: number): void {
  const { enrollment } = walk;
  enrollment.context.dueAt = dueAt;
  walk.changed = true;
  walk.commands.push({
    kind: "timer",
    change: { op: "set", kind: JOURNEY_WAIT, ref: currentRef(enrollment), dueAt, payload: { enrollmentId: enrollment.id } },
  });
}

export function currentRef(enrollment: Enrollment): string {
  return waitRef(enrollment.id, enrollment.nodeId, enrollment.context.steps);
}

/** Ends the enrollment for a reason of the engine's own. */
export function end(walk: Walk, reason: EndReason): void {
  endAs(walk, reason);
}

/** Ends the enrollment at an exit node, in the words of the journey's author. */
export function endAs(walk: Walk, reason: string): void {
  dropWaiting(walk);
  walk.enrollment.status = "ended";
  walk.enrollment.endedAt = walk.input.now;
  walk.enrollment.endReason = reason;
  walk.changed = true;
  walk.commands.push({ kind: "ended", reason });
}

/** Cancels the armed timer and closes an offer that is still open. */
function dropWaiting(walk: Walk): void {
  const { enrollment } = walk;
  const { context } = enrollment;
  if (context.dueAt !== undefined) {
    walk.commands.push({ kind: "timer", change: { op: "cancel", kind: JOURNEY_WAIT, ref: currentRef(enrollment) } });
    delete context.dueAt;
  }
  if (context.offer && !context.offer.settled) {
    walk.commands.push({ kind: "closeOffers" });
    context.offer = { ...context.offer, settled: true };
  }
}
