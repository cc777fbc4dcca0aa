import type { FastifyInstance } from "fastify";
import { hookParams, receiptsSchema } from "#server/contracts/public-api/hooks.ts";
import type { Deps } from "#server/deps.ts";
import { isSignedHook } from "#server/usecases/public-api/hook-signature.ts";
import { type Receipt, recordReceipts } from "#server/usecases/sending/record-receipt.ts";
import { HttpProblem, parseInput, parseJsonBody } from "../problem.ts";

const MAX_BYTES = 256 * 1024;

/** Providers report here what became of messages. Nothing of a request is read before its signature is checked. */
export function registerHooks(app: FastifyInstance, deps: Deps): void {
  app.post("/hooks/:provider", { config: { maxBytes: MAX_BYTES } }, async (request) => {
    const { provider } = parseInput(hookParams, request.params);
    const header = (name: string): string => {
      const value = request.headers[name];
      return typeof value === "string" ? value : "";
    };
    const signed = {
      provider,
      id: header("webhook-id"),
      timestamp: header("webhook-timestamp"),
      signatures: header("webhook-signature"),
      body: typeof request.body === "string" ? request.body : "",
    };
    if (!isSignedHook(deps, signed)) {
      throw new HttpProblem(401, "unauthenticated", "The signature is missing, too old or wrong. Sign as Standard Webhooks says.");
    }
    const { receipts } = parseJsonBody(receiptsSchema, signed.body);
    return recordReceipts(
      deps,
      receipts.map((one): Receipt => {
        const base = { provider, providerEventId: one.id, kind: one.kind, at: Date.parse(one.at), hard: one.hard === true };
        return one.messageId === undefined
          ? { ...base, providerMessageId: one.providerMessageId ?? "" }
          : { ...base, messageId: one.messageId };
      }),
    );
  });
}
