import type { FastifyInstance } from "fastify";
import { describeApi } from "#server/contracts/public-api/openapi.ts";

export function registerOpenApi(app: FastifyInstance, publicUrl: string): void {
  let text: string | null = null;
  app.get("/v1/openapi.json", (_request, reply) => {
    text ??= JSON.stringify(describeApi(publicUrl));
    return reply.type("application/json; charset=utf-8").header("cache-control", "public, max-age=300").send(text);
  });
}
