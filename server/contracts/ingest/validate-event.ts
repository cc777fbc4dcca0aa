import type { DomainEvent } from "#server/domain/events.ts";
import { inspectJson } from "./inspect-json.ts";
import { parseIsoTime } from "./iso-time.ts";
import { ingestLimits } from "./limits.ts";
import type { Rejection } from "./verdict.ts";

export type EventType = DomainEvent["type"];

/** What surrounds one event of a request. */
export type EventContext = {
  /** The type the route implies (`/v1/track`); null in a batch, where each event names its own. */
  type: EventType | null;
  receivedAt: number;
  /** When the sender's clock says the request left it; null when it does not say. */
  sentAt: number | null;
  /** What the request says about all its events; an event's own keys win. Already inspected. */
  sharedContext: Readonly<Record<string, unknown>> | null;
  sharedIntegrations: Readonly<Record<string, unknown>> | null;
  /** True for the import endpoint: times are taken as they are and everything is history. */
  imported: boolean;
  triggerMaxAgeMs: number;
  /** False when the request's text holds no `\u` escape, so that no string needs to be read. */
  inspectStrings: boolean;
  /** The messageId of an event that has none. */
  newMessageId(): string;
};

/** One event fit to be stored; who it is about is decided by the source's trust. */
export type CheckedEvent = {
  type: EventType;
  name: string | null;
  messageId: string;
  userId: string | null;
  anonymousId: string | null;
  /** `context.userHash`: the sender's proof that it may speak for `userId`. */
  userHash: string | null;
  occurredAt: number;
  historical: boolean;
  /** The event as JSON text, ready to be stored. */
  payload: string;
};

export type Checked = { ok: true; event: CheckedEvent } | { ok: false; rejection: Rejection; messageId: string | null };

const types = new Set<string>(["track", "identify", "page", "screen", "group", "alias"] satisfies EventType[]);

/** What clients add for the way here; it is not part of what happened. */
const transportFields = ["writeKey", "_metadata"];

function isEventType(value: unknown): value is EventType {
  return typeof value === "string" && types.has(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

class Refusal extends Error {
  readonly rejection: Rejection;
  constructor(code: Rejection["code"], field: string, message: string) {
    super(message);
    this.rejection = { code, field, message };
  }
}

/**
 * Judges one raw event by the Segment spec and the limits of ingest. Never throws on any JSON value; what it accepts can be stored,
 * read back and serialised. Takes the object over: shared context is merged into it and unsafe keys are removed from it.
 */
export function validateEvent(raw: unknown, context: EventContext): Checked {
  if (!isRecord(raw)) {
    return { ok: false, messageId: null, rejection: { code: "not_an_object", field: "", message: "An event is a JSON object." } };
  }
  const fault = inspectJson(raw, { strings: context.inspectStrings });
  const messageId = typeof raw.messageId === "string" && raw.messageId.length < ingestLimits.messageIdChars ? raw.messageId : null;
  if (fault !== null) return { ok: false, messageId: fault.code === "invalid_string" ? null : messageId, rejection: fault };
  try {
    return { ok: true, event: check(raw, context) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, messageId, rejection: error.rejection };
    throw error;
  }
}

function check(raw: Record<string, unknown>, context: EventContext): CheckedEvent {
  const type = eventType(raw, context.type);
  const messageId = optionalText(raw, "messageId", ingestLimits.messageIdChars - 1) ?? context.newMessageId();
  const userId = identifier(raw, "userId");
  const anonymousId = identifier(raw, "anonymousId");
  const name = eventName(raw, type);
  checkNeeds(raw, type, userId);
  if (userId === null && anonymousId === null) {
    throw new Refusal("no_user_anon_id", "userId", "Say who it is about: send userId or anonymousId.");
  }
  checkRecord(raw, "properties");
  checkRecord(raw, "traits");
  mergeShared(raw, "context", context.sharedContext);
  mergeShared(raw, "integrations", context.sharedIntegrations);
  const own = isRecord(raw.context) ? raw.context : {};
  const occurredAt = whenItHappened(raw, context, own.historical === true);

  raw.type = type;
  raw.messageId = messageId;
  for (const field of transportFields) if (field in raw) raw[field] = undefined;
  const payload = JSON.stringify(raw);
  if (isLargerThan(payload, ingestLimits.eventBytes)) {
    throw new Refusal("event_too_large", "", `The event is larger than ${ingestLimits.eventBytes} bytes: send less, or several events.`);
  }
  const historical = context.imported || own.historical === true || context.receivedAt - occurredAt > context.triggerMaxAgeMs;
  const userHash = typeof own.userHash === "string" ? own.userHash : null;
  return { type, name, messageId, userId, anonymousId, userHash, occurredAt, historical, payload };
}

/** True when the UTF-8 form of `text` has more than `bytes` bytes. */
export function isLargerThan(text: string, bytes: number): boolean {
  // a UTF-16 unit is one to three bytes
  if (text.length * 3 <= bytes) return false;
  return text.length > bytes || utf8Length(text) > bytes;
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // a surrogate pair is two units and four bytes
    length += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return length;
}

function eventType(raw: Record<string, unknown>, implied: EventType | null): EventType {
  const own = raw.type;
  if (implied !== null && (own === undefined || own === null)) return implied;
  if (!isEventType(own)) {
    throw new Refusal("unknown_type", "type", `The type is one of ${[...types].join(", ")}.`);
  }
  if (implied !== null && own !== implied) {
    throw new Refusal("invalid_field", "type", `This address takes ${implied} events: leave type out or send it to /v1/batch.`);
  }
  return own;
}

function eventName(raw: Record<string, unknown>, type: EventType): string | null {
  if (type === "track") {
    const name = optionalText(raw, "event", ingestLimits.nameChars);
    if (name === null) throw new Refusal("missing_field", "event", "A track event needs the name of what happened in `event`.");
    return name;
  }
  return type === "page" || type === "screen" ? optionalText(raw, "name", ingestLimits.nameChars) : null;
}

function checkNeeds(raw: Record<string, unknown>, type: EventType, userId: string | null): void {
  if (type === "alias") {
    if (userId === null) throw new Refusal("missing_field", "userId", "An alias event needs userId, the identity to keep.");
    if (identifier(raw, "previousId") === null) {
      throw new Refusal("missing_field", "previousId", "An alias event needs previousId, the identity to merge.");
    }
  }
  if (type === "group" && identifier(raw, "groupId") === null) {
    throw new Refusal("missing_field", "groupId", "A group event needs groupId, the account joined.");
  }
}

/** Identifiers are text; a whole number is read as its digits, since databases hand out such ids. */
function identifier(raw: Record<string, unknown>, field: string): string | null {
  const value = raw[field];
  if (typeof value === "number" && Number.isSafeInteger(value)) raw[field] = String(value);
  return optionalText(raw, field, ingestLimits.identifierChars);
}

function optionalText(raw: Record<string, unknown>, field: string, maxChars: number): string | null {
  const value = raw[field];
  if (value === undefined || value === null || value === "") return null;
  if (typeof value !== "string") throw new Refusal("invalid_field", field, `${field} is text.`);
  if (value.length > maxChars) throw new Refusal("invalid_field", field, `${field} has at most ${maxChars} characters.`);
  return value;
}

function checkRecord(raw: Record<string, unknown>, field: string): void {
  const value = raw[field];
  if (value === undefined || value === null || isRecord(value)) return;
  throw new Refusal("invalid_field", field, `${field} is a JSON object.`);
}

function mergeShared(raw: Record<string, unknown>, field: string, shared: Readonly<Record<string, unknown>> | null): void {
  checkRecord(raw, field);
  if (shared === null) return;
  const own = raw[field];
  raw[field] = isRecord(own) ? { ...shared, ...own } : shared;
}

/**
 * Segment's correction of a wrong sender clock: timestamp = receivedAt − (sentAt − originalTimestamp). What is told as history keeps
 * its time as it is. Later than 24 hours after arrival is taken for a wrong clock, and the event happened when it arrived.
 */
function whenItHappened(raw: Record<string, unknown>, context: EventContext, history: boolean): number {
  const original = instant(raw, "timestamp") ?? instant(raw, "originalTimestamp");
  if (original === null) return context.receivedAt;
  const sentAt = instant(raw, "sentAt") ?? context.sentAt;
  const corrected = sentAt === null || context.imported || history ? original : context.receivedAt - (sentAt - original);
  if (corrected > context.receivedAt + ingestLimits.futureMs) return context.receivedAt;
  return Math.max(0, corrected);
}

function instant(raw: Record<string, unknown>, field: string): number | null {
  const value = raw[field];
  if (value === undefined || value === null) return null;
  const at = typeof value === "string" ? parseIsoTime(value) : null;
  if (at === null || at < 0) {
    throw new Refusal("invalid_timestamp", field, `${field} is an ISO 8601 time since 1970, such as 2026-03-01T09:30:00Z.`);
  }
  return at;
}
