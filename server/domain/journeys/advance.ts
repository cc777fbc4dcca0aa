import type { DomainEvent } from "../events.ts";
import { arriveAtWait, walkOn } from "./arrive.ts";
import type { Enrollment } from "./enrollment.ts";
import { entryPlace, isAfter } from "./event-place.ts";
import { onOfferSettled, onReaction, onRungWaited } from "./offer-outcome.ts";
import type { JourneyCommand } from "./stimulus.ts";
import { type AdvanceInput, currentRef, DefinitionFault, end, matches, nodeOf, revisit, standingOn, startWalk, type Walk } from "./walk.ts";

export type { HandoffTask, JourneyCommand, OfferResult, Stimulus } from "./stimulus.ts";
export type { AdvanceInput } from "./walk.ts";
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
      const next = respond(walk);
      if (next !== null) walkOn(walk, next);
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

/** Each answers the node to go on to, or null when the enrollment stays where it is or has ended. */
function respond(walk: Walk): string | null {
  const { stimulus } = walk.input;
  switch (stimulus.kind) {
    case "entered":
      return walk.enrollment.context.steps === 0 ? walk.journey.start : null;
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
      return null;
  }
}

function onTimer(walk: Walk, ref: string): string | null {
  const { enrollment, input } = walk;
  const { context } = enrollment;
  const { dueAt } = context;
  if (dueAt === undefined || input.now < dueAt || ref !== currentRef(enrollment)) return null;
  delete context.dueAt;
  walk.changed = true;
  // Waits behind this one count events from the moment the timer was due, however late it was served.
  if (dueAt > context.cursor.at) context.cursor = { at: dueAt, key: "" };
  const node = standingOn(walk);
  if (node.kind === "ladder") return onRungWaited(walk, node);
  if (node.kind !== "wait") throw new DefinitionFault(`node ${node.id} has no timer`);
  switch (node.mode) {
    case "for":
      return node.next;
    case "until_local_time":
      // The window may have closed before the timer was served: then the next one is waited for.
      revisit(walk);
      return arriveAtWait(walk, node);
    case "until_event":
    case "until_situation_ends":
      return node.onTimeout;
  }
}

function onEvent(walk: Walk, event: DomainEvent): string | null {
  if (event.historical) return null;
  const { enrollment, journey } = walk;
  const { context } = enrollment;
  if (journey.exitOn.event && isAfter(event, entryPlace(enrollment)) && matches(walk, journey.exitOn.event, event)) {
    end(walk, "exit_event");
    return null;
  }
  if (!isAfter(event, context.cursor)) return null;
  const node = standingOn(walk);
  const place = { at: event.occurredAt, key: event.messageKey };
  if (node.kind === "wait" && node.mode === "until_event" && matches(walk, node.match, event)) {
    context.cursor = place;
    return node.next;
  }
  // A quick customer may act on a message before its sending is on record here: the wait behind it must not miss that.
  if ((node.kind !== "help" && node.kind !== "survey") || context.early !== undefined) return null;
  const next = nodeOf(journey, node.next);
  if (next?.kind === "wait" && next.mode === "until_event" && matches(walk, next.match, event)) {
    context.early = place;
    walk.changed = true;
  }
  return null;
}

function onSituationLeft(walk: Walk, situation: string, episode: number): string | null {
  const started = walk.enrollment.context.situation;
  const isStarter = started?.key === situation && started.episode === episode;
  if (isStarter && walk.journey.exitOn.situationEnds) {
    end(walk, "situation_ended");
    return null;
  }
  const node = standingOn(walk);
  if (node.kind === "wait" && node.mode === "until_situation_ends" && node.situation === situation) return node.next;
  return node.kind === "ladder" && isStarter ? node.next : null;
}
