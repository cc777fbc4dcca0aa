import type { IngestSource } from "#server/contracts/ingest/source.ts";
import type { Deps } from "#server/deps.ts";
import { AppError } from "#server/errors.ts";
import { hash16 } from "#server/ids.ts";
import { acceptEvents } from "#server/usecases/ingest/accept-events.ts";
import type { EventIntake } from "#server/usecases/ingest/event-intake.ts";

export type Fact = {
  userId: string;
  event: string;
  /** The thing it is about. */
  subjectId: string;
  /** True when it can happen to this thing only once, so that a report without a time is known by thing and event alone. */
  once: boolean;
  /** ISO 8601; null is now. */
  at: string | null;
  properties: Readonly<Record<string, unknown>>;
};

/**
 * A case or an order reported by API becomes the event a client would have sent, and takes the same road. The same change of the same
 * thing at the same time is one event, however often it is reported; without a time, what can happen again is a new event each time.
 */
export async function reportFact(
  deps: Deps,
  intake: EventIntake,
  source: IngestSource,
  fact: Fact,
): Promise<{ status: "accepted" | "duplicate"; messageId: string }> {
  const occasion = fact.at ?? (fact.once ? "" : deps.newId());
  const messageId = `api-${hash16([fact.event, fact.userId, fact.subjectId, occasion].join("\n"))}`;
  const event = {
    type: "track",
    event: fact.event,
    messageId,
    userId: fact.userId,
    ...(fact.at === null ? {} : { timestamp: fact.at }),
    properties: { ...fact.properties },
    context: { library: { name: "tact-api" } },
  };
  const [verdict] = await acceptEvents(deps, intake, {
    source,
    envelope: { events: [event], writeKey: null, sentAt: null, sharedContext: null, sharedIntegrations: null, inspectStrings: true },
    type: null,
    imported: false,
    idempotencyKey: null,
  });
  if (verdict === undefined || verdict.status === "rejected") {
    const { field = "", message = "The event was refused." } = verdict ?? {};
    throw new AppError("invalid", message, { issues: [{ field, message }] });
  }
  return { status: verdict.status, messageId };
}
