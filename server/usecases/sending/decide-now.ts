import type { Deps } from "#server/deps.ts";
import { decide } from "#server/domain/decisions/decide.ts";
import type { Decision } from "#server/domain/decisions/decision.ts";
import type { Versioned } from "#server/domain/definitions/catalog.ts";
import type { JourneyDefinition, JourneyNode } from "#server/domain/definitions/journey.ts";
import { inJourneyHoldout } from "#server/domain/journeys/assignment.ts";
import type { Evidence, Offer } from "#server/domain/journeys/enrollment.ts";
import { AppError } from "#server/errors.ts";
import { deliverMessages } from "./deliver-messages.ts";
import { loadGateCustomers, type OpenCandidate } from "./load-gate.ts";
import { runGateFor } from "./run-gate.ts";

export type DecideNow = {
  customerId: string;
  /** Dry run: the journey whose help is asked about; its first step that speaks, or the one named. */
  journeyKey?: string;
  nodeId?: string;
  dryRun: boolean;
};
export type DecidedNow = { journeyKey: string; nodeId: string; candidateId: string | null; decision: Decision; decidedAt: number };

/** Thrown away with its transaction: a dry run writes nothing. */
class DryRun extends Error {
  readonly decided: DecidedNow[];
  constructor(decided: DecidedNow[]) {
    super("dry run");
    this.decided = decided;
  }
}

/**
 * The decision, with every guard, on a customer now. A dry run asks what would become of a journey's help if it were offered at this
 * moment: the same load and the same `decide()` as the gate, nothing written. A real one decides what is due of this customer and hands
 * it over.
 */
export async function decideNow(deps: Deps, input: DecideNow): Promise<{ decisions: DecidedNow[] }> {
  const owner = await deps.data.preferences.findOwner(deps.pool, input.customerId);
  if (owner === null) throw new AppError("not_found", "There is no such customer.");
  return { decisions: input.dryRun ? await dryRun(deps, owner.id, input) : await decideDue(deps, owner.id) };
}

async function dryRun(deps: Deps, customerId: string, input: DecideNow): Promise<DecidedNow[]> {
  const catalog = await deps.catalog.get();
  const journey = input.journeyKey === undefined ? undefined : catalog.journeys.get(input.journeyKey);
  if (journey === undefined) {
    throw new AppError("invalid", "Name a live journey.", {
      issues: [{ field: "journeyKey", message: "must be the key of a live journey" }],
    });
  }
  const node = speakingNode(journey.definition, input.nodeId);
  if (node === null) {
    throw new AppError("invalid", "This journey has no such step that speaks.", {
      issues: [{ field: "nodeId", message: "must be a help, ladder or survey step" }],
    });
  }
  try {
    await deps.transact(async (tx) => {
      const now = deps.clock.now();
      const control = await deps.data.control.read(tx);
      const customers = await deps.data.customers.lockCustomers(tx, [customerId]);
      const open = hypothetical(deps, customerId, journey, node, now);
      const loaded = await loadGateCustomers(tx, deps, { catalog, control, customers, candidates: [open], now });
      throw new DryRun(
        loaded.flatMap(({ input: facts, view }) => {
          // Nobody is enrolled: that, and the arm it would be, is supposed.
          const held = inJourneyHoldout(journey.definition.key, journey.definition.holdoutShare, view.bucketKey);
          const arm = held ? ("holdout" as const) : ("treated" as const);
          const supposed = { ...facts, candidates: facts.candidates.map((one) => ({ ...one, arm, enrollmentActive: true })) };
          return decide(supposed).map((decision) => ({
            journeyKey: journey.definition.key,
            nodeId: node.id,
            candidateId: null,
            decision,
            decidedAt: now,
          }));
        }),
      );
    });
  } catch (error) {
    if (error instanceof DryRun) return error.decided;
    throw error;
  }
  return [];
}

async function decideDue(deps: Deps, customerId: string): Promise<DecidedNow[]> {
  const { data } = deps;
  const due = await data.gateContext.listDueCandidates(deps.pool, [customerId], deps.clock.now());
  if (due.length === 0) return [];
  const ids = due.map((one) => one.id);
  await runGateFor(deps, ids);
  await deliverMessages(deps);
  const stored = await data.decisions.latestOf(deps.pool, customerId, ids);
  return stored.map((one) => ({
    journeyKey: one.journeyKey,
    nodeId: due.find((candidate) => candidate.id === one.candidateId)?.offer.nodeId ?? "",
    candidateId: one.candidateId,
    decision: parseDecision(one.record),
    decidedAt: one.decidedAt,
  }));
}

/** Our own record, written by the gate. */
function parseDecision(record: unknown): Decision {
  return record as Decision;
}

type SpeakingNode = Extract<JourneyNode, { kind: "help" | "ladder" | "survey" }>;

function speakingNode(journey: JourneyDefinition, nodeId: string | undefined): SpeakingNode | null {
  for (const node of journey.nodes) {
    const speaks = node.kind === "help" || node.kind === "ladder" || node.kind === "survey";
    if (speaks && (nodeId === undefined || node.id === nodeId)) return node;
  }
  return null;
}

/** Names the situation; what it amounts to is read from the customer's state at `now`. */
function unread(situation: string): Evidence {
  return {
    situation,
    situationVersion: 0,
    score: 0,
    confidence: 0,
    confidenceFloor: 0,
    belowFloor: "silent",
    band: "below",
    contributions: [],
  };
}

function hypothetical(
  deps: Deps,
  customerId: string,
  journey: Versioned<JourneyDefinition>,
  node: SpeakingNode,
  now: number,
): OpenCandidate {
  const { definition, version } = journey;
  const rung = node.kind === "ladder" ? node.rungs[0] : undefined;
  const said =
    node.kind === "ladder" ? { response: rung?.response ?? "", channels: rung?.channels ?? [], validForMs: rung?.validForMs ?? 0 } : node;
  const offer: Offer = {
    stepKey: "dry-run",
    kind: node.kind === "survey" ? "survey" : "help",
    enrollmentId: deps.newId(),
    journeyKey: definition.key,
    journeyVersion: version,
    nodeId: node.id,
    rung: node.kind === "ladder" ? 0 : null,
    responseKey: said.response,
    channels: said.channels === "auto" ? "auto" : [...said.channels],
    class: definition.class,
    purpose: definition.purpose,
    topic: definition.topic,
    area: definition.area ?? null,
    priority: definition.priority,
    expectedBenefit: node.kind === "survey" ? 0 : node.expectedBenefit,
    whenOutranked: definition.whenOutranked,
    sensitive: node.kind === "survey" ? false : node.sensitive,
    duplicateWindowMs: definition.duplicateWindowMs,
    evidence: definition.entry.kind === "situation" ? unread(definition.entry.situation) : null,
    createdAt: now,
    validForMs: said.validForMs,
  };
  return {
    id: deps.newId(),
    customerId,
    enrollmentId: offer.enrollmentId,
    offer,
    stepKey: offer.stepKey,
    createdAt: now,
    validUntil: now + said.validForMs,
    attempt: 0,
    lastVerdict: null,
    lastGuard: null,
  };
}
