import type { CustomerView } from "../customer.ts";
import type { Versioned } from "../definitions/catalog.ts";
import type { JourneyDefinition, JourneyNode } from "../definitions/journey.ts";
import type { DomainEvent } from "../events.ts";
import type { RuleFacts } from "../rules/matches-rule.ts";
import { offerRung, resumeLocalWait, situationPersists, walkOn } from "./arrive.ts";
import type { Enrollment, Evidence } from "./enrollment.ts";
import type { JourneyCommand, OfferResult, Stimulus } from "./stimulus.ts";
import { isStepSince } from "./wait-ref.ts";
import {
  arm,
  currentRef,
  DefinitionFault,
  end,
  entryPlace,
  isAfter,
  matches,
  nodeOf,
  revisit,
  settleOffer,
  startWalk,
  type Walk,
} from "./walk.ts";

export type { EndReason, HandoffTask, JourneyCommand, OfferResult, Stimulus } from "./stimulus.ts";

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

export type AdvanceResult = { enrollment: Enrollment; commands: JourneyCommand[] };

/**
 * One step of an enrollment. Pure: reads nothing but its input and changes none of it. Guarantees:
 * - a stimulus that is stale, unknown or comes twice changes nothing: the same enrollment object comes back, without commands;
 * - any change raises `fence` by one;
 * - an ended enrollment never emits commands; at most its `goalAt` is noted, within the goal window, so that people who were
 *   helped and people who were left alone are measured over the same time whenever their journey ended;
 * - no step key is ever offered twice;
 * - both arms walk the same way: held-out people make the same offers, and a `withheld` one counts as sent without an answer;
 * - never throws over a definition: a missing node or a broken rule ends the enrollment with `definition_fault`.
 *
 * Ladder: after a rung is settled, whatever came of it, its `waitMs` passes; then the next rung is offered if the situation
 * still holds. Accepting, declining, the end of the situation, or a reviewer's rejection leads on to the node after the ladder.
 * A snooze waits until it ends and offers the same rung once more; a second snooze leads on. Turning this help off ends the
 * enrollment wherever it stands.
 */
export function advance(input: AdvanceInput): AdvanceResult {
  const walk = startWalk(input);
  const wasActive = input.enrollment.status === "active";
  try {
    const goalAt = goalReachedAt(walk);
    if (goalAt !== null) {
      walk.enrollment.goalAt = goalAt;
      walk.changed = true;
      if (wasActive) end(walk, "goal");
    } else if (wasActive) {
      respond(walk);
    }
  } catch (error) {
    if (!(error instanceof DefinitionFault)) throw error;
    if (wasActive && walk.enrollment.status === "active") end(walk, "definition_fault");
  }
  if (!walk.changed) return { enrollment: input.enrollment, commands: [] };
  walk.enrollment.fence += 1;
  return { enrollment: walk.enrollment, commands: walk.commands };
}

/** When the goal was reached for the first time, after the entry and within its window; null if this stimulus says no such thing. */
function goalReachedAt(walk: Walk): number | null {
  const { enrollment, journey } = walk;
  const { stimulus } = walk.input;
  if (enrollment.goalAt !== null) return null;
  const { entryAt } = enrollment.context;
  const until = journey.goal === undefined ? Number.POSITIVE_INFINITY : entryAt + journey.goal.windowMs;
  if (stimulus.kind === "goal") return stimulus.at >= entryAt && stimulus.at <= until ? stimulus.at : null;
  if (stimulus.kind !== "event" || journey.goal === undefined) return null;
  const { event } = stimulus;
  if (event.historical || event.occurredAt > until || !isAfter(event, entryPlace(enrollment))) return null;
  return matches(walk, journey.goal.match, event) ? event.occurredAt : null;
}

function respond(walk: Walk): void {
  const { stimulus } = walk.input;
  switch (stimulus.kind) {
    case "entered":
      if (walk.enrollment.context.steps === 0) walkOn(walk, walk.journey.start);
      return;
    case "timer":
      return onTimer(walk, stimulus.ref);
    case "event":
      return onEvent(walk, stimulus.event);
    case "situationLeft":
      return onSituationLeft(walk, stimulus.situation, stimulus.episode);
    case "offerSettled":
      return onOfferSettled(walk, stimulus.stepKey, stimulus.result);
    case "reaction":
      return onReaction(walk, stimulus);
    case "goal":
      return;
  }
}

function onTimer(walk: Walk, ref: string): void {
  const { enrollment, input } = walk;
  const { context } = enrollment;
  const { dueAt } = context;
  if (dueAt === undefined || input.now < dueAt || ref !== currentRef(enrollment)) return;
  delete context.dueAt;
  walk.changed = true;
  // Waits behind this one count events from the moment the timer was due, however late it was served.
  if (dueAt > context.cursor.at) context.cursor = { at: dueAt, key: "" };
  const node = standingOn(walk);
  if (node.kind === "ladder") return onRungWaited(walk, node);
  if (node.kind !== "wait") throw new DefinitionFault(`node ${node.id} has no timer`);
  switch (node.mode) {
    case "for":
      return walkOn(walk, node.next);
    case "until_local_time":
      return resumeLocalWait(walk, node);
    case "until_event":
    case "until_situation_ends":
      return walkOn(walk, node.onTimeout);
  }
}

function onRungWaited(walk: Walk, node: Extract<JourneyNode, { kind: "ladder" }>): void {
  const { context } = walk.enrollment;
  if (!situationPersists(walk)) return walkOn(walk, node.next);
  if (context.snoozed === "waiting") {
    context.snoozed = "used";
    revisit(walk);
    return offerRung(walk, node, context.rung);
  }
  const nextRung = context.rung + 1;
  if (nextRung >= node.rungs.length) return walkOn(walk, node.next);
  delete context.snoozed;
  revisit(walk);
  offerRung(walk, node, nextRung);
}

function onEvent(walk: Walk, event: DomainEvent): void {
  if (event.historical) return;
  const { enrollment, journey } = walk;
  const { context } = enrollment;
  if (journey.exitOn.event && isAfter(event, entryPlace(enrollment)) && matches(walk, journey.exitOn.event, event)) {
    return end(walk, "exit_event");
  }
  const node = standingOn(walk);
  const place = { at: event.occurredAt, key: event.messageKey };
  if (!isAfter(event, context.cursor)) return;
  if (node.kind === "wait" && node.mode === "until_event" && matches(walk, node.match, event)) {
    context.cursor = place;
    return walkOn(walk, node.next);
  }
  // A quick customer may act on a message before its sending is on record here: the wait behind it must not miss that.
  if ((node.kind !== "help" && node.kind !== "survey") || context.early !== undefined) return;
  const next = nodeOf(journey, node.next);
  if (next?.kind === "wait" && next.mode === "until_event" && matches(walk, next.match, event)) {
    context.early = place;
    walk.changed = true;
  }
}

function onSituationLeft(walk: Walk, situation: string, episode: number): void {
  const { journey } = walk;
  const started = walk.enrollment.context.situation;
  const isStarter = started?.key === situation && started.episode === episode;
  if (isStarter && journey.exitOn.situationEnds) return end(walk, "situation_ended");
  const node = standingOn(walk);
  if (node.kind === "wait" && node.mode === "until_situation_ends" && node.situation === situation) return walkOn(walk, node.next);
  if (node.kind === "ladder" && isStarter) return walkOn(walk, node.next);
}

function onOfferSettled(walk: Walk, stepKey: string, result: OfferResult): void {
  const { offer } = walk.enrollment.context;
  if (offer === undefined || offer.settled || offer.stepKey !== stepKey) return;
  settleOffer(walk, result === "sent" || result === "withheld");
  const node = standingOn(walk);
  if (node.kind === "ladder" && result !== "reviewed_rejected") return waitForRung(walk, node);
  leaveOffer(walk, node);
}

function onReaction(walk: Walk, stimulus: Extract<Stimulus, { kind: "reaction" }>): void {
  const { enrollment } = walk;
  const { context } = enrollment;
  if (stimulus.reaction === "turned_off") {
    context.reaction = "turned_off";
    if (context.offer && !context.offer.settled && context.offer.stepKey === stimulus.stepKey) settleOffer(walk, true);
    return end(walk, "turned_off");
  }
  const node = standingOn(walk);
  const isLatest = context.offer?.stepKey === stimulus.stepKey;
  const isThisLadder = node.kind === "ladder" && isStepSince(stimulus.stepKey, enrollment.id, node.id, context.nodeVisit);
  if (stimulus.reaction === "snoozed" ? !isLatest : !isLatest && !isThisLadder) return;
  if (context.reaction !== stimulus.reaction) {
    context.reaction = stimulus.reaction;
    walk.changed = true;
  }
  const restsHere = isThisLadder || (isLatest && context.offer?.settled === false);
  // An answer proves that the message arrived, also when it overtakes the record of its sending.
  if (isLatest && context.offer?.settled === false) settleOffer(walk, true);
  if (!restsHere) return;
  if (node.kind === "ladder" && stimulus.reaction === "snoozed" && context.snoozed !== "used") {
    return waitForSnooze(walk, node, stimulus.until);
  }
  leaveOffer(walk, node);
}

function waitForSnooze(walk: Walk, node: Extract<JourneyNode, { kind: "ladder" }>, until: number | undefined): void {
  const { context } = walk.enrollment;
  const dueAt = until ?? walk.input.now + rungWaitMs(walk, node);
  if (context.snoozed === "waiting" && (context.dueAt ?? 0) >= dueAt) return;
  context.snoozed = "waiting";
  arm(walk, dueAt);
}

function waitForRung(walk: Walk, node: Extract<JourneyNode, { kind: "ladder" }>): void {
  arm(walk, walk.input.now + rungWaitMs(walk, node));
}

function rungWaitMs(walk: Walk, node: Extract<JourneyNode, { kind: "ladder" }>): number {
  const rung = node.rungs[walk.enrollment.context.rung];
  if (rung === undefined) throw new DefinitionFault(`ladder ${node.id} has no rung ${walk.enrollment.context.rung}`);
  return rung.waitMs;
}

/** On from a node whose offer is done with. */
function leaveOffer(walk: Walk, node: JourneyNode): void {
  if (node.kind !== "help" && node.kind !== "survey" && node.kind !== "ladder") {
    throw new DefinitionFault(`node ${node.id} makes no offers`);
  }
  walkOn(walk, node.next);
}

function standingOn(walk: Walk): JourneyNode {
  const node = nodeOf(walk.journey, walk.enrollment.nodeId);
  if (node === undefined) throw new DefinitionFault(`there is no node ${walk.enrollment.nodeId}`);
  return node;
}
