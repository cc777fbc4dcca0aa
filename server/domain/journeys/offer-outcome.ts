import type { JourneyNode } from "../definitions/journey.ts";
import { offerRung, situationPersists } from "./arrive.ts";
import type { OfferResult, Stimulus } from "./stimulus.ts";
import { isStepSince } from "./wait-ref.ts";
import { arm, DefinitionFault, end, revisit, settleOffer, standingOn, type Walk } from "./walk.ts";

type Ladder = Extract<JourneyNode, { kind: "ladder" }>;

/** An offer was decided and sent, withheld or given up. Answers the node to go on to, or null to stay. */
export function onOfferSettled(walk: Walk, stepKey: string, result: OfferResult): string | null {
  const { offer } = walk.enrollment.context;
  if (offer === undefined || offer.settled || offer.stepKey !== stepKey) return null;
  settleOffer(walk, result === "sent" || result === "withheld");
  const node = standingOn(walk);
  if (node.kind !== "ladder" || result === "reviewed_rejected") return nextOf(node);
  arm(walk, walk.input.now + rungWaitMs(walk, node));
  return null;
}

/** The patience of a rung, or the snooze of one, is over. */
export function onRungWaited(walk: Walk, node: Ladder): string | null {
  const { context } = walk.enrollment;
  if (!situationPersists(walk)) return node.next;
  if (context.snoozed === "waiting") {
    context.snoozed = "used";
    revisit(walk);
    offerRung(walk, node, context.rung, { again: true });
    return null;
  }
  const rung = context.rung + 1;
  if (rung >= node.rungs.length) return node.next;
  delete context.snoozed;
  revisit(walk);
  offerRung(walk, node, rung);
  return null;
}

/** The customer answered a message. Answers to older offers count only while their ladder is still being climbed. */
export function onReaction(walk: Walk, stimulus: Extract<Stimulus, { kind: "reaction" }>): string | null {
  const { enrollment } = walk;
  const { context } = enrollment;
  const { reaction, stepKey } = stimulus;
  const isLatest = context.offer?.stepKey === stepKey;
  const isOpen = isLatest && context.offer?.settled === false;
  // An answer proves that the message arrived, also when it overtakes the record of its sending.
  if (isOpen) settleOffer(walk, true);
  if (reaction === "turned_off") {
    context.reaction = reaction;
    end(walk, "turned_off");
    return null;
  }
  const node = standingOn(walk);
  const ladder = node.kind === "ladder" && isStepSince(stepKey, enrollment.id, node.id, context.nodeVisit) ? node : null;
  if (!isLatest && (ladder === null || reaction === "snoozed")) return null;
  if (context.reaction !== reaction) {
    context.reaction = reaction;
    walk.changed = true;
  }
  if (ladder !== null && reaction === "snoozed" && context.snoozed !== "used") {
    snooze(walk, stimulus.until ?? walk.input.now + rungWaitMs(walk, ladder));
    return null;
  }
  return ladder !== null || isOpen ? nextOf(node) : null;
}

function snooze(walk: Walk, until: number): void {
  const { context } = walk.enrollment;
  if (context.snoozed === "waiting" && (context.dueAt ?? 0) >= until) return;
  context.snoozed = "waiting";
  arm(walk, until);
}

function rungWaitMs(walk: Walk, node: Ladder): number {
  const rung = node.rungs[walk.enrollment.context.rung];
  if (rung === undefined) throw new DefinitionFault(`ladder ${node.id} has no rung ${walk.enrollment.context.rung}`);
  return rung.waitMs;
}

/** On from a node whose offer is done with. */
function nextOf(node: JourneyNode): string {
  if (node.kind !== "help" && node.kind !== "survey" && node.kind !== "ladder") {
    throw new DefinitionFault(`node ${node.id} makes no offers`);
  }
  return node.next;
}
