import type { Envelope } from "#server/contracts/ingest/envelope.ts";
import type { IngestSource, NewEvent } from "#server/contracts/ingest/source.ts";
import { type CheckedEvent, type EventType, validateEvent } from "#server/contracts/ingest/validate-event.ts";
import type { EventVerdict, Rejection } from "#server/contracts/ingest/verdict.ts";
import type { Deps } from "#server/deps.ts";
import { hash16, messageKey } from "#server/ids.ts";
import type { EventIntake } from "./event-intake.ts";
import { type Actor, resolveActor } from "./resolve-actor.ts";

export type IngestRequest = {
  source: IngestSource;
  envelope: Envelope;
  /** The type the route implies; null for a batch. */
  type: EventType | null;
  imported: boolean;
  /** Makes the messageIds of events that have none, so that a repeated request is recognised. */
  idempotencyKey: string | null;
};

const unstorable: Rejection = { code: "not_storable", field: "", message: "The database refused what the event holds." };

type Judged = { event: CheckedEvent; actor: Actor; ownMessageId: boolean } | { messageId: string | null; rejection: Rejection };

/**
 * Takes the events of one request. Resolves after the commit: `accepted` is stored for good, `duplicate` was stored before, and
 * `rejected` names field and remedy. Throws `overloaded` or `unavailable` when nothing can be promised; sending again is safe.
 */
export async function acceptEvents(deps: Deps, intake: EventIntake, request: IngestRequest): Promise<EventVerdict[]> {
  const receivedAt = deps.clock.now();
  const verdicts: EventVerdict[] = [];
  const rows: NewEvent[] = [];
  const places: { index: number; messageId: string; ownMessageId: boolean }[] = [];

  const refuse = (index: number, messageId: string | null, rejection: Rejection): void => {
    verdicts[index] = { index, status: "rejected", ...(messageId === null ? {} : { messageId }), ...rejection };
    intake.countRejection(request.source.id, rejection);
  };

  for (const [index, raw] of request.envelope.events.entries()) {
    const judged = judge(deps, request, { raw, index, receivedAt });
    if ("rejection" in judged) {
      refuse(index, judged.messageId, judged.rejection);
      continue;
    }
    const { event, actor, ownMessageId } = judged;
    places.push({ index, messageId: event.messageId, ownMessageId });
    rows.push({
      id: deps.newId(),
      actor: actor.actor,
      occurredAt: event.occurredAt,
      receivedAt,
      sourceId: request.source.id,
      messageKey: messageKey(request.source.id, event.messageId),
      type: event.type,
      name: event.name,
      historical: event.historical,
      verified: actor.verified,
      payload: event.payload,
    });
  }

  const outcomes = await intake.store(rows);
  deps.crashpoint("after-events-commit");
  for (const [at, { index, messageId, ownMessageId }] of places.entries()) {
    const outcome = outcomes[at];
    if (outcome === "stored") verdicts[index] = { index, status: "accepted", ...(ownMessageId ? {} : { messageId }) };
    else if (outcome === "duplicate") verdicts[index] = { index, status: "duplicate", messageId };
    else refuse(index, messageId, unstorable);
  }
  return verdicts;
}

function judge(deps: Deps, request: IngestRequest, item: { raw: unknown; index: number; receivedAt: number }): Judged {
  const { envelope, source, imported, idempotencyKey } = request;
  let ownMessageId = true;
  const checked = validateEvent(item.raw, {
    type: request.type,
    receivedAt: item.receivedAt,
    sentAt: envelope.sentAt,
    sharedContext: envelope.sharedContext,
    sharedIntegrations: envelope.sharedIntegrations,
    imported,
    triggerMaxAgeMs: source.triggerMaxAgeMs,
    inspectStrings: envelope.inspectStrings,
    newMessageId: () => {
      ownMessageId = false;
      return idempotencyKey === null ? deps.newId() : `idem-${hash16(idempotencyKey)}-${item.index}`;
    },
  });
  if (!checked.ok) return { messageId: checked.messageId, rejection: checked.rejection };
  const actor = resolveActor(source, checked.event);
  if ("code" in actor) return { messageId: checked.event.messageId, rejection: actor };
  return { event: checked.event, actor, ownMessageId };
}
