import type { Channel } from "../definitions/common-fields.ts";
import { type Calendar, localDay, localWeek } from "./calendar.ts";

export type Cap = { channel: Channel | "*"; max: number; per: "day" | "week" | "rolling_24h" };

/** When a message was counted, and on which channel. */
export type CountedContact = { kind: "message" | "ghost" | "inbound"; at: number; channel: Channel };

/** `clearsAt`: the first instant at which one more fits if nothing else is sent; null when waiting never helps (a cap of 0). */
export type CapReached = { per: Cap["per"]; channel: Cap["channel"]; max: number; count: number; clearsAt: number | null };

const dayMs = 86_400_000;

/**
 * The cap that a further message on `channel` would break, or null. Of several, the one that clears last. Messages and ghosts
 * count, what the customer sent us does not; a message exactly 24 hours old has left the rolling window.
 */
export function reachedCap(
  caps: readonly Cap[],
  channel: Channel,
  contacts: readonly CountedContact[],
  calendar: Calendar,
): CapReached | null {
  let worst: CapReached | null = null;
  for (const cap of caps) {
    if (cap.channel !== "*" && cap.channel !== channel) continue;
    const since = sinceOf(cap.per, calendar);
    const count = countSince(contacts, cap.channel, since);
    if (count < cap.max) continue;
    const clearsAt = cap.max === 0 ? null : clearOf(cap, contacts, calendar, since, count);
    if (worst === null || clearsLater(clearsAt, worst.clearsAt)) {
      worst = { per: cap.per, channel: cap.channel, max: cap.max, count, clearsAt };
    }
  }
  return worst;
}

/** Counted contacts lie at or after this instant. */
function sinceOf(per: Cap["per"], calendar: Calendar): number {
  switch (per) {
    case "day":
      return localDay(calendar).start;
    case "week":
      return localWeek(calendar).start;
    case "rolling_24h":
      return calendar.now - dayMs + 1;
  }
}

function clearOf(cap: Cap, contacts: readonly CountedContact[], calendar: Calendar, since: number, count: number): number {
  switch (cap.per) {
    case "day":
      return localDay(calendar).end;
    case "week":
      return localWeek(calendar).end;
    case "rolling_24h": {
      const times = contacts.filter((contact) => counts(contact, cap.channel, since)).map((contact) => contact.at);
      times.sort((a, b) => a - b);
      // One more fits once all but max - 1 of them are 24 hours old.
      return (times[count - cap.max] ?? calendar.now) + dayMs;
    }
  }
}

function countSince(contacts: readonly CountedContact[], channel: Channel | "*", since: number): number {
  let count = 0;
  for (const contact of contacts) if (counts(contact, channel, since)) count += 1;
  return count;
}

function counts(contact: CountedContact, channel: Channel | "*", since: number): boolean {
  return contact.kind !== "inbound" && contact.at >= since && (channel === "*" || contact.channel === channel);
}

function clearsLater(a: number | null, b: number | null): boolean {
  if (b === null) return false;
  return a === null || a > b;
}
