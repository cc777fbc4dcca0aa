import type { DomainEvent } from "../events.ts";
import type { Enrollment } from "./enrollment.ts";

/** A place in a customer's events, in the order of `compareEvents`; an empty key lies before every event of that instant. */
export type EventPlace = { at: number; key: string };

export function isAfter(event: DomainEvent, place: EventPlace): boolean {
  if (event.occurredAt !== place.at) return event.occurredAt > place.at;
  return event.messageKey > place.key;
}

/** Where the customer's events stood when the enrollment began: goals and exits must lie after it. */
export function entryPlace(enrollment: Enrollment): EventPlace {
  return { at: enrollment.context.entryAt, key: enrollment.entryKind === "event" ? enrollment.entryKey : "" };
}
