import * as z from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { exportDefinitions, importDefinitions } from "./artifacts.ts";
import { getCustomer, listDecisions, listEvents, listMessages, putConsent } from "./customers.ts";
import { getHook } from "./hooks.ts";
import { ingestOperations } from "./ingest.ts";
import type { Operation } from "./operation.ts";
import { problemSchema } from "./problem.ts";
import { scopeMeanings } from "./scopes.ts";
import { decide, enroll, reportCase, reportOrder } from "./writes.ts";

const operations: readonly Operation[] = [
  getCustomer,
  listDecisions,
  listMessages,
  listEvents,
  putConsent,
  reportCase,
  reportOrder,
  enroll,
  decide,
  getHook,
  exportDefinitions,
  importDefinitions,
];

const problems = {
  "4XX": { description: "What is wrong and how to mend it", content: { "application/problem+json": { schema: problemSchema } } },
  "5XX": { description: "Send again after Retry-After", content: { "application/problem+json": { schema: problemSchema } } },
};

const idempotencyKey = z.object({
  "idempotency-key": z.string().max(200).optional().meta({ description: "The same key with the same body gets the same reply" }),
});

function describe(operation: Operation): ZodOpenApiOperationObject {
  const writes = operation.method !== "get";
  const needed = operation.scopes.map((scope) => `\`${scope}\` (${scopeMeanings[scope]})`).join(" or ");
  const { params, query } = operation;
  return {
    operationId: operation.id,
    summary: operation.summary,
    description: `Needs the scope ${needed}.`,
    security: [{ apiKey: [] }],
    requestParams: {
      ...(params instanceof z.ZodObject ? { path: params } : {}),
      ...(query instanceof z.ZodObject ? { query } : {}),
      ...(writes ? { header: idempotencyKey } : {}),
    },
    ...(writes ? { requestBody: { required: true, content: { "application/json": { schema: operation.body } } } } : {}),
    responses: {
      [String(operation.status)]: { description: "Done", content: { "application/json": { schema: operation.reply } } },
      ...problems,
    },
  };
}

/** The OpenAPI 3.1 description of the data plane, generated from the schemas that check it. */
export function describeApi(serverUrl: string) {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) };
  }
  for (const { path, method, operation } of ingestOperations) {
    paths[path] = { ...paths[path], [method]: { ...operation, responses: { ...operation.responses, ...problems } } };
  }
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Tact",
      version: "1.0.0",
      description: "Events in, help out. Ingest follows the Segment HTTP API; every error is problem details (RFC 9457).",
    },
    servers: [{ url: serverUrl }],
    paths,
    components: {
      securitySchemes: {
        writeKey: { type: "http", scheme: "basic", description: "The write key of a source as user name, no password" },
        apiKey: { type: "http", scheme: "bearer", description: "An API key with the scopes of the operation" },
      },
    },
  });
}
