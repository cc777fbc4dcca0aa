import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type * as z from "zod";
import type { KeyGrant } from "#server/contracts/ingest/source.ts";
import type { Operation } from "#server/contracts/public-api/operation.ts";
import type { Deps } from "#server/deps.ts";
import type { KeyDirectory } from "#server/usecases/ingest/key-directory.ts";
import { answerOnce, checkIdempotencyKey, type KeptReply } from "#server/usecases/public-api/answer-once.ts";
import { authenticateBearer, requireScope } from "./bearer.ts";
import { HttpProblem, PROBLEM_TYPE, parseInput, parseJsonBody, problemOf } from "./problem.ts";
import type { RateLimit } from "./rate-limit.ts";

export type ApiParts = { keys: KeyDirectory; rateLimit: RateLimit };

export type Call<Params, Query, Body> = { params: Params; query: Query; body: Body; grant: KeyGrant; ip: string };

/** Statuses that a repetition of the same request cannot change, and so are kept for its Idempotency-Key. */
function isFinal(status: number): boolean {
  return status < 500 && ![401, 403, 404, 408, 409, 429].includes(status);
}

/**
 * Serves one operation of the Bearer API: key, scope, rate, input by contract, `Idempotency-Key` on writes, reply by contract.
 */
export function serve<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType, Reply extends z.ZodType>(
  app: FastifyInstance,
  deps: Deps,
  parts: ApiParts,
  operation: Operation<Params, Query, Body, Reply>,
  handle: (call: Call<z.infer<Params>, z.infer<Query>, z.infer<Body>>) => Promise<z.input<Reply>>,
): void {
  const { status, maxBytes } = operation;

  async function answer(request: FastifyRequest, grant: KeyGrant): Promise<KeptReply> {
    const params = parseInput(operation.params, request.params);
    const query = parseInput(operation.query, request.query);
    const body = operation.method === "get" ? parseInput(operation.body, undefined) : parseJsonBody(operation.body, request.body);
    return { status, response: await handle({ params, query, body, grant, ip: request.ip }) };
  }

  async function answerKeyed(request: FastifyRequest, reply: FastifyReply, grant: KeyGrant, key: string): Promise<FastifyReply> {
    const keyed = { apiKeyId: grant.id, key: checkIdempotencyKey(key), route: `${request.method} ${request.url}`, body: textOf(request) };
    const outcome = await answerOnce(deps, keyed, async () => {
      try {
        return await answer(request, grant);
      } catch (error) {
        const problem = problemOf(error);
        if (!isFinal(problem.status)) throw error;
        return { status: problem.status, response: problem.body };
      }
    });
    if (outcome.outcome === "running") {
      const headers = { "retry-after": "1" };
      throw new HttpProblem(409, "conflict", "The first request with this Idempotency-Key is still running: send it again.", { headers });
    }
    if (outcome.outcome === "other_request") {
      throw new HttpProblem(422, "idempotency_key_reused", "This Idempotency-Key was used for another request: use a new one.");
    }
    if (outcome.outcome === "repeated") reply.header("idempotent-replayed", "true");
    if (outcome.status >= 400) reply.type(PROBLEM_TYPE);
    else reply.type("application/json; charset=utf-8");
    return reply.code(outcome.status).send(JSON.stringify(outcome.response));
  }

  app.route({
    method: operation.method.toUpperCase(),
    url: operation.path.replaceAll(/\{(\w+)\}/g, ":$1"),
    config: maxBytes === undefined ? {} : { maxBytes },
    onRequest: async (request) => {
      const grant = await authenticateBearer(parts.keys, request);
      requireScope(grant, operation.scopes);
      parts.rateLimit.take(grant.id, performance.now());
      request.grant = grant;
    },
    handler: async (request, reply) => {
      const { grant } = request;
      if (grant === null) throw new HttpProblem(401, "unauthenticated", "Send an API key.");
      reply.header("cache-control", "no-store");
      const key = request.headers["idempotency-key"];
      if (operation.method !== "get" && typeof key === "string") return answerKeyed(request, reply, grant, key);
      const { response } = await answer(request, grant);
      return reply.code(status).send(response);
    },
  });
}

function textOf(request: FastifyRequest): string {
  return typeof request.body === "string" ? request.body : "";
}

declare module "fastify" {
  interface FastifyRequest {
    /** The API key of this request; null outside the Bearer API. */
    grant: KeyGrant | null;
  }
}
