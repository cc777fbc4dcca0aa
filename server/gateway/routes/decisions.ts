import type { FastifyInstance } from "fastify";
import { getHook } from "#server/contracts/public-api/hooks.ts";
import { decide } from "#server/contracts/public-api/writes.ts";
import type { Deps } from "#server/deps.ts";
import { findCustomer } from "#server/usecases/public-api/find-customer.ts";
import { describeHook } from "#server/usecases/public-api/hook-signature.ts";
import { decideNow } from "#server/usecases/sending/decide-now.ts";
import { type ApiParts, serve } from "../api-route.ts";
import { requireScope } from "../bearer.ts";

export function registerDecisions(app: FastifyInstance, deps: Deps, parts: ApiParts): void {
  serve(app, deps, parts, decide, async ({ body, grant }) => {
    // asking is not acting
    if (!body.dryRun) requireScope(grant, ["decide:write"]);
    const { userId, journeyKey, nodeId, dryRun } = body;
    const { id } = await findCustomer(deps, userId);
    const { decisions } = await decideNow(deps, {
      customerId: id,
      dryRun,
      ...(journeyKey === undefined ? {} : { journeyKey }),
      ...(nodeId === undefined ? {} : { nodeId }),
    });
    return { decisions: decisions.map((one) => ({ ...one, decidedAt: new Date(one.decidedAt).toISOString() })) };
  });
  serve(app, deps, parts, getHook, async ({ params }) => describeHook(deps, params.provider));
}
