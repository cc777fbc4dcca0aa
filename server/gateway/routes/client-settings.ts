import type { FastifyInstance } from "fastify";
import type { KeyDirectory } from "#server/usecases/ingest/key-directory.ts";
import { HttpProblem } from "../problem.ts";

/** What the browser client `analytics-next` asks for before it sends: where its events go. */
export function registerClientSettings(app: FastifyInstance, parts: { keys: KeyDirectory; publicUrl: string }): void {
  const home = new URL(parts.publicUrl);
  app.get<{ Params: { writeKey: string } }>("/v1/projects/:writeKey/settings", async (request, reply) => {
    const { writeKey } = request.params;
    const grant = await parts.keys.find(writeKey);
    if (grant === null || grant.kind !== "write" || grant.source.kind !== "browser") {
      throw new HttpProblem(404, "not_found", "No browser source has this write key.");
    }
    return reply.header("cache-control", "public, max-age=60").send({
      integrations: {
        "Segment.io": {
          apiKey: writeKey,
          apiHost: `${home.host}/v1`,
          protocol: home.protocol.slice(0, -1),
          type: "browser",
          unbundledIntegrations: [],
          addBundledMetadata: true,
          maybeBundledConfigIds: {},
          versionSettings: { version: "4.4.7", componentTypes: ["browser"] },
        },
      },
      plan: {
        track: { __default: { enabled: true, integrations: {} } },
        identify: { __default: { enabled: true } },
        group: { __default: { enabled: true } },
      },
      edgeFunction: {},
      analyticsNextEnabled: true,
      middlewareSettings: {},
      enabledMiddleware: {},
      metrics: { sampleRate: 0 },
      legacyVideoPluginsEnabled: false,
      remotePlugins: [],
    });
  });
}
