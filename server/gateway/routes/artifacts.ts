import type { FastifyInstance } from "fastify";
import { exportDefinitions, importDefinitions } from "#server/contracts/public-api/artifacts.ts";
import type { Deps } from "#server/deps.ts";
import { exportArtifacts } from "#server/usecases/governance/export-artifacts.ts";
import { importArtifacts } from "#server/usecases/governance/import-artifacts.ts";
import { type ApiParts, serve } from "../api-route.ts";

export function registerArtifacts(app: FastifyInstance, deps: Deps, parts: ApiParts): void {
  serve(app, deps, parts, exportDefinitions, ({ query: { kind, key } }) =>
    exportArtifacts(deps, { ...(kind === undefined ? {} : { kind }), ...(key === undefined ? {} : { key }) }),
  );
  serve(app, deps, parts, importDefinitions, async ({ body, grant, ip }) => {
    const actor = { kind: "api_key", id: grant.id, ip } as const;
    return { results: await importArtifacts(deps, actor, { artifacts: body.artifacts, authorId: grant.id }) };
  });
}
