import { inspectJson } from "./inspect-json.ts";
import { parseIsoTime } from "./iso-time.ts";
import { ingestLimits } from "./limits.ts";
import { isLargerThan } from "./validate-event.ts";

/** A request's body taken apart: its events and what it says about all of them. */
export type Envelope = {
  events: readonly unknown[];
  writeKey: string | null;
  sentAt: number | null;
  sharedContext: Record<string, unknown> | null;
  sharedIntegrations: Record<string, unknown> | null;
  /** Whether any string of the body can hold what storage cannot. */
  inspectStrings: boolean;
};

export type EnvelopeProblem = { status: 400 | 413; field: string; message: string };

export type ReadEnvelope = { ok: true; envelope: Envelope } | { ok: false; problem: EnvelopeProblem };

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function problem(field: string, message: string, status: 400 | 413 = 400): ReadEnvelope {
  return { ok: false, problem: { status, field, message } };
}

/** Reads the JSON text of a request. A bad envelope is refused whole; bad events inside a good one are judged one by one later. */
export function readEnvelope(text: string, kind: "single" | "batch"): ReadEnvelope {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return problem("", "The body is not JSON.");
  }
  if (!isRecord(body)) return problem("", "The body is one JSON object.");
  const inspectStrings = text.includes("\\u");
  const writeKey = typeof body.writeKey === "string" ? body.writeKey : null;
  const none = { sentAt: null, sharedContext: null, sharedIntegrations: null };
  if (kind === "single") return { ok: true, envelope: { ...none, events: [body], writeKey, inspectStrings } };

  const events = body.batch;
  if (!Array.isArray(events)) return problem("batch", "Send the events as a list in `batch`.");
  if (events.length > ingestLimits.batchEvents) {
    return problem("batch", `A batch has at most ${ingestLimits.batchEvents} events: send several.`, 413);
  }
  const sentAt = optionalInstant(body.sentAt);
  if (sentAt === undefined) return problem("sentAt", "sentAt is an ISO 8601 time, such as 2026-03-01T09:30:00Z.");
  for (const field of ["context", "integrations"]) {
    const fault = sharedFault(body[field], field, inspectStrings);
    if (fault !== null) return fault;
  }
  const sharedContext = isRecord(body.context) ? body.context : null;
  const sharedIntegrations = isRecord(body.integrations) ? body.integrations : null;
  return { ok: true, envelope: { events, writeKey, sentAt, sharedContext, sharedIntegrations, inspectStrings } };
}

/** Null when not given, undefined when given and not a time. */
function optionalInstant(value: unknown): number | null | undefined {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? (parseIsoTime(value) ?? undefined) : undefined;
}

function sharedFault(value: unknown, field: string, strings: boolean): ReadEnvelope | null {
  if (value === undefined || value === null) return null;
  if (!isRecord(value)) return problem(field, `${field} is a JSON object.`);
  const fault = inspectJson(value, { strings, path: field });
  if (fault !== null) return problem(fault.field, fault.message);
  if (isLargerThan(JSON.stringify(value), ingestLimits.sharedBytes)) {
    return problem(field, `What a batch shares has at most ${ingestLimits.sharedBytes} bytes: move the rest into the events.`, 413);
  }
  return null;
}
