import type { FastifyInstance } from "fastify";
import type { Deps } from "#server/deps.ts";
import { checkReadiness } from "#server/usecases/ingest/check-readiness.ts";
import type { IngestParts } from "./ingest.ts";

export function registerHealth(app: FastifyInstance, deps: Deps, parts: IngestParts): void {
  app.get("/v1/health", async (_request, reply) => {
    const reasons = await checkReadiness(deps, parts);
    reply.header("cache-control", "no-store");
    if (reasons.length === 0) return { status: "ok" };
    return reply.code(503).header("retry-after", "2").send({ status: "unavailable", reasons });
  });
}
