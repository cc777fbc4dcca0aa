import { maskAddress } from "./mask.ts";

/** What an event says of itself rather than of a person. */
const plainFields = new Set([
  "type",
  "event",
  "name",
  "messageId",
  "userId",
  "timestamp",
  "originalTimestamp",
  "sentAt",
  "receivedAt",
  "channel",
  "version",
]);
const HIDDEN = "•••";

/**
 * An event as somebody may see it who may not identify customers: every key, so that the shape can be checked, and no value that could
 * tell who it is. The userId stays, as everywhere in the console.
 */
export function maskEvent(payload: unknown): unknown {
  if (!isRecord(payload)) return HIDDEN;
  return Object.fromEntries(
    Object.entries(payload).map(([key, value]) => {
      if (plainFields.has(key)) return [key, value];
      return [key, key === "anonymousId" && typeof value === "string" ? maskAddress(value) : hidden(value)];
    }),
  );
}

function hidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hidden);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hidden(inner)]));
  return value === null || typeof value === "boolean" ? value : HIDDEN;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
