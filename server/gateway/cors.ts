import type { FastifyInstance } from "fastify";
import type { KeyDirectory } from "#server/usecases/ingest/key-directory.ts";
import { HttpProblem } from "./problem.ts";

/** Lets web pages of the sources' origins call the routes of this scope. Never with credentials: a write key is all it takes. */
export function allowCrossOrigin(app: FastifyInstance, keys: KeyDirectory): void {
  app.addHook("onRequest", async (request, reply) => {
    const { origin } = request.headers;
    if (origin === undefined) return;
    reply.header("vary", "origin");
    if (!(await keys.allowsOrigin(origin))) throw new HttpProblem(403, "forbidden", `No browser source allows the origin ${origin}.`);
    reply.header("access-control-allow-origin", origin).header("access-control-expose-headers", "retry-after");
  });
  app.options("/*", (_request, reply) =>
    reply
      .header("access-control-allow-methods", "GET, POST, OPTIONS")
      .header("access-control-allow-headers", "authorization, content-type, content-encoding, idempotency-key, x-retry-count")
      .header("access-control-max-age", "7200")
      .code(204)
      .send(),
  );
}
