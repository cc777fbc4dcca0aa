import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Envelope, readEnvelope } from "#server/contracts/ingest/envelope.ts";
import { ingestLimits } from "#server/contracts/ingest/limits.ts";
import type { EventType } from "#server/contracts/ingest/validate-event.ts";
import type { EventVerdict } from "#server/contracts/ingest/verdict.ts";
import type { Deps } from "#server/deps.ts";
import { acceptEvents } from "#server/usecases/ingest/accept-events.ts";
import type { EventIntake } from "#server/usecases/ingest/event-intake.ts";
import type { KeyDirectory } from "#server/usecases/ingest/key-directory.ts";
import { HttpProblem } from "../problem.ts";
import { authenticateWriter } from "../write-key.ts";

export type IngestParts = { intake: EventIntake; keys: KeyDirectory };

type Route = { type: EventType | null; imported: boolean };

/** The long names of the HTTP API and the short ones of the browser client. */
const routes: Record<string, Route> = {
  track: { type: "track", imported: false },
  t: { type: "track", imported: false },
  identify: { type: "identify", imported: false },
  i: { type: "identify", imported: false },
  page: { type: "page", imported: false },
  p: { type: "page", imported: false },
  screen: { type: "screen", imported: false },
  s: { type: "screen", imported: false },
  group: { type: "group", imported: false },
  g: { type: "group", imported: false },
  alias: { type: "alias", imported: false },
  a: { type: "alias", imported: false },
  batch: { type: null, imported: false },
  b: { type: null, imported: false },
  import: { type: null, imported: true },
};

const acceptedTypes = /^(application\/json|text\/plain)\s*(;|$)/i;

export function registerIngest(app: FastifyInstance, deps: Deps, parts: IngestParts): void {
  for (const [name, route] of Object.entries(routes)) {
    // room around the 32 KB of one event for whitespace and transport fields
    const maxBytes = route.type === null ? ingestLimits.batchBytes : ingestLimits.eventBytes * 2;
    app.post(`/v1/${name}`, { config: { maxBytes } }, (request, reply) => ingest(deps, parts, route, request, reply));
  }
  // the browser client reports its own metrics here; they are not events
  app.post("/v1/m", { config: { maxBytes: ingestLimits.eventBytes * 2 } }, () => ({ success: true }));
}

async function ingest(deps: Deps, parts: IngestParts, route: Route, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const contentType = request.headers["content-type"];
  if (contentType !== undefined && !acceptedTypes.test(contentType)) {
    throw new HttpProblem(415, "unsupported_media_type", "Send the body as application/json (or text/plain holding JSON).");
  }
  const read = readEnvelope(typeof request.body === "string" ? request.body : "", route.type === null ? "batch" : "single");
  if (!read.ok) {
    const { status, field, message } = read.problem;
    throw new HttpProblem(status, status === 413 ? "too_large" : "invalid", message, { errors: [{ field, message }] });
  }
  const grant = await authenticateWriter(parts.keys, request, read.envelope.writeKey);
  const verdicts = await acceptEvents(deps, parts.intake, {
    source: grant.source,
    envelope: withPrivacySignal(read.envelope, request),
    type: route.type,
    imported: route.imported || grant.source.kind === "import",
    idempotencyKey: idempotencyKeyOf(request),
  });
  return route.type === null ? batchReply(verdicts) : singleReply(verdicts[0], reply);
}

/** `Sec-GPC: 1` is Global Privacy Control: an objection that travels with each event. */
function withPrivacySignal(envelope: Envelope, request: FastifyRequest): Envelope {
  if (request.headers["sec-gpc"] !== "1") return envelope;
  return { ...envelope, sharedContext: { ...envelope.sharedContext, gpc: true } };
}

function idempotencyKeyOf(request: FastifyRequest): string | null {
  const key = request.headers["idempotency-key"];
  return typeof key === "string" && key !== "" ? key : null;
}

function batchReply(verdicts: readonly EventVerdict[]): unknown {
  const count = (status: EventVerdict["status"]) => verdicts.filter((verdict) => verdict.status === status).length;
  return { success: true, accepted: count("accepted"), duplicates: count("duplicate"), rejected: count("rejected"), verdicts };
}

function singleReply(verdict: EventVerdict | undefined, reply: FastifyReply): unknown {
  if (verdict?.status === "rejected") {
    const { code, field, message } = verdict;
    throw new HttpProblem(code === "event_too_large" ? 413 : 400, code, message, { errors: [{ field, message }] });
  }
  return reply.send({ success: true, ...verdict });
}
