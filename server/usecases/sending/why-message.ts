import * as z from "zod";
import type { Deps } from "#server/deps.ts";
import type { Decision } from "#server/domain/decisions/decision.ts";
import { type Explanation, explain } from "#server/domain/decisions/explain.ts";
import type { Channel } from "#server/domain/definitions/common-fields.ts";
import type { Evidence } from "#server/domain/journeys/enrollment.ts";

export type WhyMessage = {
  explanation: Explanation;
  message: { id: string; channel: Channel; subject: string | null; title: string | null; sentAt: number };
};

/** As much of our own record as is read back; what decided was written by the gate and nobody else. */
type Recorded = Decision & { evidence: Evidence | null };
const recordShape = z.looseObject({ verdict: z.string(), guards: z.array(z.unknown()) });
const titleShape = z.object({ title: z.string().nullable().catch(null) }).catch({ title: null });

function parseRecord(record: unknown): Recorded {
  recordShape.parse(record);
  return record as Recorded;
}

/**
 * Why a customer got a message, in their own words, from the record of its decision: what was noticed, why it may help, and what they
 * can do about it. Null when the message is not this customer's, so that an id tells nobody anything.
 */
export async function whyMessage(
  deps: Deps,
  input: { messageId: string; customerId: string; locale?: string; audience?: "customer" | "staff" },
): Promise<WhyMessage | null> {
  const { data } = deps;
  const owner = await data.preferences.findOwner(deps.pool, input.customerId);
  const message = await data.messages.findMessage(deps.pool, input.messageId);
  if (owner === null || message === null || !owner.cluster.includes(message.customerId)) return null;
  const stored = await data.decisions.findDecision(deps.pool, message.decisionId);
  if (stored === null) return null;
  const catalog = await deps.catalog.get();
  const content = (await data.messages.loadContents(deps.pool, [message.id])).get(message.id);
  const record = parseRecord(stored.record);
  const explanation = explain({
    decision: record,
    candidate: {
      offer: { purpose: message.purpose, class: message.class, topic: message.topic, journeyKey: message.journeyKey },
    },
    evidence: record.evidence,
    signalClues: Object.fromEntries([...catalog.signals].map(([key, signal]) => [key, signal.definition.clue])),
    benefit: catalog.responses.get(message.responseKey)?.definition.benefit ?? null,
    locale: input.locale ?? owner.locale ?? catalog.company.locale,
    audience: input.audience ?? "customer",
  });
  const { title } = titleShape.parse(content?.content);
  return {
    explanation,
    message: { id: message.id, channel: message.channel, subject: content?.subject ?? null, title, sentAt: message.createdAt },
  };
}
