import type { JourneyNode } from "../definitions/journey.ts";
import { matchesRule } from "../rules/matches-rule.ts";
import { addLocalDays, DAY_MS, inLocalWindow, nextLocalTime } from "../time/zone.ts";
import { pickArm } from "./assignment.ts";
import { stepKey } from "./wait-ref.ts";
import { arm, beginVisit, DefinitionFault, end, endAs, evaluate, nodeOf, offer, type Walk } from "./walk.ts";

type NodeOf<Kind extends JourneyNode["kind"]> = Extract<JourneyNode, { kind: Kind }>;

/** A chain of nodes that never waits is cut here, in one call and over the life of an enrollment. */
const MAX_HOPS = 1000;
const MAX_STEPS = 100_000;

/** Walks from node to node until one waits or the enrollment ends. */
export function walkOn(walk: Walk, firstId: string): void {
  let id: string | null = firstId;
  for (let hops = 0; id !== null; hops++) {
    if (hops >= MAX_HOPS || walk.enrollment.context.steps >= MAX_STEPS) {
      end(walk, "endless");
      return;
    }
    const node = nodeOf(walk.journey, id);
    if (node === undefined) throw new DefinitionFault(`there is no node ${id}`);
    id = arrive(walk, node);
  }
}

/** Does what the node does on arrival. Answers the next node, or null when the enrollment rests here or has ended. */
function arrive(walk: Walk, node: JourneyNode): string | null {
  const { early } = walk.enrollment.context;
  beginVisit(walk, node.id);
  switch (node.kind) {
    case "help":
      offer(walk, {
        kind: "help",
        rung: null,
        responseKey: node.response,
        channels: node.channels,
        validForMs: node.validForMs,
        sensitive: node.sensitive,
        expectedBenefit: node.expectedBenefit,
        evidence: walk.input.evidence,
      });
      return null;
    case "survey":
      offer(walk, {
        kind: "survey",
        rung: null,
        responseKey: node.response,
        channels: node.channels,
        validForMs: node.validForMs,
      });
      return null;
    case "ladder":
      if (!situationPersists(walk)) return node.next;
      offerRung(walk, node, 0);
      return null;
    case "wait":
      if (node.mode === "until_event" && early !== undefined) {
        walk.enrollment.context.cursor = early;
        return node.next;
      }
      return arriveAtWait(walk, node);
    case "branch":
      return evaluate(() => node.cases.find((option) => matchesRule(option.rule, walk.facts)))?.next ?? node.otherwise;
    case "split":
      return takeArm(walk, node);
    case "handoff":
      handOff(walk, node);
      return node.next;
    case "goal":
      walk.enrollment.goalAt ??= walk.input.now;
      return node.next;
    case "exit":
      endAs(walk, node.reason);
      return null;
  }
}

/** Arms the timer of a wait, or answers the next node when there is nothing to wait for. */
export function arriveAtWait(walk: Walk, node: NodeOf<"wait">): string | null {
  const { now, customer } = walk.input;
  switch (node.mode) {
    case "for":
      // Whole days keep the customer's local hour when the clocks change in between.
      arm(walk, node.ms % DAY_MS === 0 ? addLocalDays(customer.timezone, now, node.ms / DAY_MS) : now + node.ms);
      return null;
    case "until_local_time":
      if (inLocalWindow(customer.timezone, now, node, node.days)) return node.next;
      arm(walk, nextLocalTime(customer.timezone, now, node.from, node.days));
      return null;
    case "until_event":
      arm(walk, now + node.timeoutMs);
      return null;
    case "until_situation_ends":
      if (evaluate(() => walk.facts.get(`situation.${node.situation}`)) !== true) return node.next;
      arm(walk, now + node.timeoutMs);
      return null;
  }
}

/**
 * Offers a rung; every rung but the first, and every repeat, needs a `revisit` before. One that comes back because the customer asked
 * for it ("not now") is no duplicate of itself; meanwhile nothing else of its intent could be sent.
 */
export function offerRung(walk: Walk, node: NodeOf<"ladder">, index: number, asked: { again: boolean } = { again: false }): void {
  const rung = node.rungs[index];
  if (rung === undefined) throw new DefinitionFault(`ladder ${node.id} has no rung ${index}`);
  walk.enrollment.context.rung = index;
  offer(walk, {
    kind: "help",
    rung: index,
    responseKey: rung.response,
    channels: rung.channels,
    validForMs: rung.validForMs,
    sensitive: node.sensitive,
    expectedBenefit: node.expectedBenefit,
    evidence: walk.input.evidence,
    ...(asked.again && { duplicateWindowMs: 0 }),
  });
}

/** A ladder goes on while the situation that started it is active; without one only the customer's answer stops it. */
export function situationPersists(walk: Walk): boolean {
  return walk.enrollment.context.situation === undefined || walk.input.evidence !== null;
}

function takeArm(walk: Walk, node: NodeOf<"split">): string {
  const { context } = walk.enrollment;
  const kept = node.arms.find((option) => option.key === context.arms[node.id]);
  const taken = kept ?? evaluate(() => pickArm(`split:${node.salt}`, walk.input.customer.bucketKey, node.arms));
  context.arms[node.id] = taken.key;
  return taken.next;
}

/** People who are left alone to measure against get no call from a person either. */
function handOff(walk: Walk, node: NodeOf<"handoff">): void {
  const { enrollment, input, journey } = walk;
  if (enrollment.arm === "holdout") return;
  walk.commands.push({
    kind: "task",
    task: {
      kind: "handoff",
      stepKey: stepKey(enrollment.id, node.id, null, enrollment.context.steps),
      enrollmentId: enrollment.id,
      journeyKey: journey.key,
      journeyVersion: enrollment.journeyVersion,
      nodeId: node.id,
      queue: node.queue,
      priority: node.priority,
      title: node.title,
      createdAt: input.now,
      dueAt: input.now + node.slaMs,
    },
  });
}
