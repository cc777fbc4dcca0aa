import type { Deps } from "#server/deps.ts";
import type { Decision } from "#server/domain/decisions/decision.ts";
import { currentEngineVersion } from "#server/domain/decisions/engine-versions.ts";
import { freezeInput } from "#server/domain/decisions/frozen-input.ts";
import { candidateAfter, messageFor, repeatsLast, resultAtOnce } from "#server/domain/decisions/take-effect.ts";
import type { Catalog } from "#server/domain/definitions/catalog.ts";
import type { Channel } from "#server/domain/definitions/common-fields.ts";
import type { Settlement } from "#server/domain/pipeline/step.ts";
import { faultOf } from "#server/domain/signals/hit.ts";
import { hash16 } from "#server/ids.ts";
import type { Control, GateCandidate, GateCustomer } from "./load-gate.ts";
import { HAND_OVER_MS, type LeasedMessage } from "./outbox.ts";
import { type Prepared, prepareMessage } from "./prepare-message.ts";

type Data = Deps["data"];
type NewDecision = Parameters<Data["decisions"]["insertDecisions"]>[1][number];
type CandidateChange = Parameters<Data["decisions"]["updateCandidates"]>[1][number];
type ReviewTask = Parameters<Data["decisions"]["insertReviewTasks"]>[1][number];
type NewMessage = Parameters<Data["messages"]["insertMessages"]>[1][number];
type MessageContent = Parameters<Data["messages"]["insertContents"]>[1][number];
type Fault = ReturnType<typeof faultOf>;

/** Why a decision to send was not carried out after all; kept beside the decision, which itself replays unchanged. */
export type Overruled = {
  code: "duplicate_step" | "duplicate_address" | "not_approved" | "no_wording" | "no_address" | "render_failed";
  reason: string;
};

/** What one decided candidate leads to. */
export type Outcome = {
  customer: GateCustomer;
  candidate: GateCandidate;
  decision: Decision;
  decisionId: string;
  overruled: Overruled | null;
  message: NewMessage | null;
  content: MessageContent | null;
  leased: LeasedMessage | null;
};

export type Situation = { catalog: Catalog; control: Control; now: number; untouched: ReadonlySet<string> };

/** Entries that many customers share: one address gets one copy per step. */
const sharedEntries: readonly string[] = ["schedule", "incident", "api"];

/** Turns one decision into the message that goes, the ghost that stands for it, or the reason why neither. */
export function planOutcome(
  deps: Deps,
  at: Situation,
  customer: GateCustomer,
  candidate: GateCandidate,
  decision: Decision,
): { outcome: Outcome; fault: Fault | null } {
  const outcome: Outcome = {
    customer,
    candidate,
    decision,
    decisionId: deps.newId(),
    overruled: null,
    message: null,
    content: null,
    leased: null,
  };
  const planned = messageFor(decision, at.control.shadow);
  if (planned === null) return { outcome, fault: null };
  const { channel, withheld } = planned;
  const { response } = candidate;
  if (response === null || !at.untouched.has(response.definition.key)) {
    const reason = "the stored response is not the content that was approved";
    return { outcome: { ...outcome, overruled: { code: "not_approved", reason } }, fault: null };
  }
  const messageId = deps.newId();
  // Also a ghost must be one that could have been sent: otherwise the two arms would differ by who can be rendered.
  const prepared = prepareMessage(deps, { catalog: at.catalog, customer, candidate, channel, messageId, now: at.now });
  if (!prepared.ok) {
    const fault =
      prepared.code === "render_failed" ? faultOf("response", response.definition.key, response.version, new Error(prepared.reason)) : null;
    return { outcome: { ...outcome, overruled: { code: prepared.code, reason: prepared.reason } }, fault };
  }
  const message = messageOf(at, outcome, { messageId, channel, prepared, withheld });
  if (withheld !== null) return { outcome: { ...outcome, message }, fault: null };
  const content = contentOf(candidate, customer, { messageId, channel, prepared });
  return { outcome: { ...outcome, message, content, leased: leasedOf(at, outcome, { messageId, channel, prepared }) }, fault: null };
}

type Ready = { messageId: string; channel: Channel; prepared: Prepared };

function messageOf(at: Situation, of: Outcome, ready: Ready & { withheld: string | null }): NewMessage {
  const { candidate, customer } = of;
  const { offer } = candidate.open;
  const hash = ready.prepared.recipient?.hash ?? null;
  return {
    id: ready.messageId,
    stepKey: candidate.open.stepKey,
    customerId: customer.view.id,
    enrollmentId: offer.enrollmentId,
    decisionId: of.decisionId,
    journeyKey: offer.journeyKey,
    journeyVersion: offer.journeyVersion,
    nodeId: offer.nodeId,
    rung: offer.rung,
    responseKey: offer.responseKey,
    responseVersion: candidate.response?.version ?? 0,
    intent: candidate.input.intent,
    channel: ready.channel,
    class: offer.class,
    purpose: offer.purpose,
    topic: offer.topic,
    addressHash: hash,
    addressKey: ready.withheld === null ? addressKeyOf(candidate, hash) : null,
    state: ready.withheld === null ? "sending" : "withheld",
    reason: ready.withheld,
    createdAt: at.now,
    deadlineAt: Math.min(at.now + HAND_OVER_MS, candidate.open.validUntil),
    gateEpoch: at.control.epoch,
    leaseUntil: ready.withheld === null ? at.now + HAND_OVER_MS : null,
  };
}

/** A run that many share reaches a shared address once per step; notices about one's own account reach everybody. */
function addressKeyOf({ open, enrollment }: GateCandidate, addressHash: string | null): string | null {
  if (addressHash === null || enrollment === null || open.offer.class === "critical") return null;
  if (!sharedEntries.includes(enrollment.entryKind)) return null;
  const { journeyKey, nodeId, rung } = open.offer;
  return hash16([journeyKey, enrollment.entryKey, nodeId, String(rung ?? ""), addressHash].join("\n"));
}

function contentOf(candidate: GateCandidate, customer: GateCustomer, { messageId, channel, prepared }: Ready): MessageContent {
  const { rendered, recipient, links } = prepared;
  return {
    id: messageId,
    customerId: customer.view.id,
    channel,
    locale: rendered.locale,
    recipient: recipient?.value ?? null,
    subject: rendered.subject,
    html: rendered.html,
    text: rendered.text,
    content: { kind: candidate.open.offer.kind, title: rendered.title, action: rendered.action, links, topic: candidate.open.offer.topic },
    contentHash: hash16([rendered.subject, rendered.title, rendered.html, rendered.text, rendered.action?.url].join("\n")),
    expiresAt: candidate.open.validUntil,
  };
}

function leasedOf(at: Situation, of: Outcome, { messageId, channel, prepared }: Ready): LeasedMessage {
  const { candidate, customer } = of;
  return {
    message: {
      id: messageId,
      channel,
      customerId: customer.view.id,
      recipient: prepared.recipient?.value ?? null,
      subject: prepared.rendered.subject,
      html: prepared.rendered.html,
      text: prepared.rendered.text,
      unsubscribeUrl: prepared.links.unsubscribe,
    },
    fence: 1,
    leaseUntil: at.now + HAND_OVER_MS,
    stepKey: candidate.open.stepKey,
    enrollmentId: candidate.open.enrollmentId,
    decidedAt: at.now,
    attempt: candidate.open.attempt,
    calls: 0,
  };
}

/** The verdict that took effect: a decision to send that could not be carried out is a silence. */
export function verdictOf({ decision, overruled }: Outcome): Decision["verdict"] {
  return overruled !== null && decision.verdict === "SEND" ? "SUPPRESS" : decision.verdict;
}

/** The decision as it took effect: the channel guard speaks for what kept it from being carried out. */
function withOverruling(decision: Decision, { code, reason }: Overruled): Decision {
  const guards = decision.guards.map((one) =>
    one.guard === "channel" ? { guard: one.guard, outcome: "suppress" as const, code, facts: { reason } } : one,
  );
  if (decision.verdict !== "SEND") return { ...decision, wouldBe: "SUPPRESS", guards };
  return { ...decision, verdict: "SUPPRESS", wouldBe: "SUPPRESS", guard: "channel", code, guards };
}

/** The record of a decision; null when a held candidate was decided like the last time. */
export function recordOf(outcome: Outcome, now: number): NewDecision | null {
  const { candidate, customer, decision, overruled } = outcome;
  const { open, response } = candidate;
  if (repeatsLast(open, decision)) return null;
  const shown = overruled === null ? decision : withOverruling(decision, overruled);
  const input = JSON.stringify(freezeInput(customer.input, open.id, decision));
  return {
    id: outcome.decisionId,
    candidateId: open.id,
    customerId: customer.view.id,
    enrollmentId: open.enrollmentId,
    journeyKey: open.offer.journeyKey,
    journeyVersion: open.offer.journeyVersion,
    verdict: shown.verdict,
    wouldBe: shown.wouldBe,
    guard: shown.guard,
    channel: decision.channel,
    holdUntil: decision.holdUntil,
    decidedAt: now,
    engineVersion: currentEngineVersion,
    input,
    inputHash: hash16(input),
    record: {
      ...shown,
      evidence: candidate.input.offer.evidence,
      response: response === null ? null : { key: response.definition.key, version: response.version, contentHash: response.contentHash },
      ...(overruled === null ? {} : { overruled, decided: decision }),
    },
  };
}

/** Where the candidate stands after its decision. */
export function changeOf(outcome: Outcome): CandidateChange {
  const { open } = outcome.candidate;
  return { id: open.id, ...candidateAfter(open, outcome.decision, verdictOf(outcome)) };
}

/** What the journey is told at once. What was handed to the sender is told when the provider has answered. */
export function settlementOf(outcome: Outcome, now: number): Settlement | null {
  const { candidate, customer, decision, message, overruled } = outcome;
  const isWithheld = message?.state === "withheld";
  const isBroken = overruled?.code === "render_failed";
  const result = resultAtOnce(decision, { verdict: verdictOf(outcome), isWithheld, isBroken });
  if (result === null) return null;
  const { enrollmentId, stepKey } = candidate.open;
  const settlement = { customerId: customer.view.id, enrollmentId, stepKey, at: now, result };
  return isWithheld ? { ...settlement, eligibleAt: now } : settlement;
}

/** Work for a person: to look at an offer before it goes. */
export function reviewTaskOf(deps: Deps, outcome: Outcome, now: number): ReviewTask | null {
  const { candidate, decision, customer } = outcome;
  if (decision.verdict !== "REVIEW" && decision.verdict !== "ASK") return null;
  const { open } = candidate;
  return {
    id: deps.newId(),
    candidateId: open.id,
    customerId: customer.view.id,
    enrollmentId: open.enrollmentId,
    stepKey: deps.data.gateContext.reviewKey(open.id),
    title: candidate.response?.definition.name ?? open.offer.responseKey,
    priority: Math.max(1, 5 - Math.floor(open.offer.priority / 25)),
    context: {
      journeyKey: open.offer.journeyKey,
      journeyVersion: open.offer.journeyVersion,
      nodeId: open.offer.nodeId,
      decisionId: outcome.decisionId,
      verdict: decision.verdict,
      guard: decision.guard,
      channelPlan: decision.channelPlan,
    },
    createdAt: now,
    dueAt: open.validUntil,
  };
}
