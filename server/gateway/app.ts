import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import { ingestLimits } from "#server/contracts/ingest/limits.ts";
import type { Deps } from "#server/deps.ts";
import { AppError } from "#server/errors.ts";
import { createEventIntake, type EventIntakeOptions } from "#server/usecases/ingest/event-intake.ts";
import { createKeyDirectory } from "#server/usecases/ingest/key-directory.ts";
import { allowCrossOrigin } from "./cors.ts";
import { HttpProblem, PROBLEM_TYPE, problemOf } from "./problem.ts";
import { createProxy } from "./proxy.ts";
import { createRateLimit } from "./rate-limit.ts";
import { readBody } from "./read-body.ts";
import { registerArtifacts } from "./routes/artifacts.ts";
import { registerClientSettings } from "./routes/client-settings.ts";
import { registerCustomers } from "./routes/customers.ts";
import { registerDecisions } from "./routes/decisions.ts";
import { registerFacts } from "./routes/facts.ts";
import { registerHealth } from "./routes/health.ts";
import { registerHooks } from "./routes/hooks.ts";
import { registerIngest } from "./routes/ingest.ts";
import { registerJourneys } from "./routes/journeys.ts";
import { registerOpenApi } from "./routes/openapi.ts";
import { registerUnsubscribe } from "./routes/unsubscribe.ts";
import { createFrontServer } from "./server.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The largest body this route takes, in bytes; 64 KB unless said. */
    maxBytes?: number;
  }
}

export type GatewayOptions = {
  /** The origin people and clients reach this deployment by. */
  publicUrl: string;
  /** The loopback port of the console; null where there is none. */
  nextPort: number | null;
  intake?: Partial<EventIntakeOptions>;
  /** A sender of a body has this long. */
  bodyTimeoutMs?: number;
  /** Requests of one API key. */
  apiRate?: { perSecond: number; burst: number };
  onError?(what: string, error: unknown): void;
};

const DEFAULT_MAX_BYTES = 64 * 1024;

/** The data plane behind the one public port, not yet listening. Closing it finishes what was begun. */
export function buildGateway(deps: Deps, options: GatewayOptions): FastifyInstance {
  const onError = options.onError ?? (() => {});
  const intake = createEventIntake(deps, { ...options.intake, onError });
  const keys = createKeyDirectory(deps, { onError: (error) => onError("could not read the keys", error) });
  const publicProtocol = options.publicUrl.startsWith("https:") ? "https" : "http";
  const proxy = options.nextPort === null ? null : createProxy({ port: options.nextPort, publicProtocol });

  const app = Fastify({
    serverFactory: (handler) => createFrontServer(handler, proxy),
    bodyLimit: ingestLimits.batchBytes,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1_000 },
    forceCloseConnections: "idle",
    // while stopping, what still arrives on an open connection is answered like anything else
    return503OnClosing: false,
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, error),
    exposeHeadRoutes: false,
  });
  const timeoutMs = options.bodyTimeoutMs ?? 10_000;
  app.decorateRequest("grant", null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (request: { raw: Parameters<typeof readBody>[0]; routeOptions: { config: { maxBytes?: number } } }) =>
    readBody(request.raw, { maxBytes: request.routeOptions.config.maxBytes ?? DEFAULT_MAX_BYTES, timeoutMs }),
  );
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.status >= 500 && !(error instanceof AppError))
      onError(`${request.method} ${request.routeOptions.url ?? "?"} failed`, error);
    return reply.code(problem.status).headers(problem.headers).type(PROBLEM_TYPE).send(JSON.stringify(problem.body));
  });
  app.setNotFoundHandler(() => {
    throw new HttpProblem(404, "not_found", "There is nothing at this address. GET /v1/openapi.json lists what there is.");
  });
  app.addHook("onSend", async (_request, reply) => {
    reply.header("x-content-type-options", "nosniff");
  });

  const parts = { intake, keys };
  app.register(async (scope) => {
    allowCrossOrigin(scope, keys);
    registerIngest(scope, deps, parts);
    registerClientSettings(scope, { keys, publicUrl: options.publicUrl });
  });
  app.register(async (scope) => registerHealth(scope, deps, parts));
  app.register(async (scope) => registerOpenApi(scope, options.publicUrl));
  app.register(async (scope) => {
    const apiParts = { ...parts, rateLimit: createRateLimit(options.apiRate ?? { perSecond: 100, burst: 300 }) };
    registerCustomers(scope, deps, apiParts);
    registerFacts(scope, deps, apiParts);
    registerDecisions(scope, deps, apiParts);
    registerJourneys(scope, deps, apiParts);
    registerArtifacts(scope, deps, apiParts);
  });
  app.register(async (scope) => {
    registerUnsubscribe(scope, deps);
    registerHooks(scope, deps);
  });
  let idleSweep: NodeJS.Timeout | undefined;
  app.addHook("preClose", async () => {
    proxy?.close();
    // connections whose last reply goes out during the stop would be kept for their next request
    idleSweep = setInterval(() => app.server.closeIdleConnections(), 50);
  });
  app.addHook("onClose", async () => {
    clearInterval(idleSweep);
    await intake.close();
    keys.close();
  });
  return app;
}

function sendProblem(reply: FastifyReply, error: unknown): number {
  const { status, headers, body } = problemOf(error);
  reply.code(status).headers(headers).type(PROBLEM_TYPE).send(JSON.stringify(body));
  return status;
}
