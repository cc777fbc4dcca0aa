import * as z from "zod";
import { artifactKinds } from "#server/domain/definitions/catalog.ts";
import { keySchema } from "#server/domain/definitions/common-fields.ts";
import { operation } from "./operation.ts";

const none = z.object({});
const kind = z.enum(artifactKinds);

export const exportDefinitions = operation({
  id: "exportArtifacts",
  method: "get",
  path: "/v1/artifacts",
  summary: "Export the live definitions as one file",
  scopes: ["artifacts:read"],
  params: none,
  query: z.object({ kind: kind.optional(), key: keySchema.optional() }),
  body: z.undefined(),
  reply: z.object({
    format: z.literal("tact.artifacts"),
    formatVersion: z.literal(1),
    artifacts: z.array(z.object({ kind, key: z.string(), version: z.int(), content: z.unknown() })),
  }),
  status: 200,
});

export const importDefinitions = operation({
  id: "importArtifacts",
  method: "post",
  path: "/v1/artifacts",
  summary: "Import definitions: each becomes a draft, nothing goes live",
  scopes: ["artifacts:write"],
  params: none,
  query: none,
  body: z.object({
    format: z.literal("tact.artifacts"),
    formatVersion: z.literal(1),
    artifacts: z
      .array(z.object({ kind, key: keySchema, content: z.unknown() }))
      .min(1)
      .max(1_000),
  }),
  reply: z.object({
    results: z.array(z.object({ kind, key: z.string(), result: z.enum(["draft_created", "unchanged"]), version: z.int() })),
  }),
  status: 200,
  maxBytes: 5 * 1024 * 1024,
});
