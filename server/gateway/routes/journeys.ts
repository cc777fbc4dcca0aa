import type { FastifyInstance } from "fastify";
import { enroll } from "#server/contracts/public-api/writes.ts";
import type { Deps } from "#server/deps.ts";
import { enrollByApi } from "#server/usecases/pipeline/enroll-by-api.ts";
import { type ApiParts, serve } from "../api-route.ts";

export function registerJourneys(app: FastifyInstance, deps: Deps, parts: ApiParts): void {
  serve(app, deps, parts, enroll, async ({ params, body }) => {
    const request = { journeyKey: params.key, userId: body.userId, key: body.entryKey, properties: body.facts };
    const reply = await enrollByApi(deps, request);
    return "enrollmentId" in reply
      ? { enrolled: true, enrollmentId: reply.enrollmentId, refused: null }
      : { enrolled: false, enrollmentId: null, refused: reply.refused };
  });
}
