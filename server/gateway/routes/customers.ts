import type { FastifyInstance } from "fastify";
import { getCustomer, listDecisions, listEvents, listMessages, putConsent } from "#server/contracts/public-api/customers.ts";
import type { Deps } from "#server/deps.ts";
import { recordConsent } from "#server/usecases/consent/record-consent.ts";
import { findCustomer } from "#server/usecases/public-api/find-customer.ts";
import { getCustomerProfile } from "#server/usecases/public-api/get-customer-profile.ts";
import { listCustomerDecisions, listCustomerEvents, listCustomerMessages } from "#server/usecases/public-api/list-customer-history.ts";
import { type ApiParts, serve } from "../api-route.ts";

export function registerCustomers(app: FastifyInstance, deps: Deps, parts: ApiParts): void {
  serve(app, deps, parts, getCustomer, ({ params }) => getCustomerProfile(deps, params));
  serve(app, deps, parts, putConsent, async ({ params, body, grant }) => {
    const { id } = await findCustomer(deps, params.userId);
    const told = { source: grant.source.kind === "import" ? "import" : "api", actor: `api_key:${grant.id}` };
    const entries = body.entries.map(({ at, ...entry }) => ({
      ...told,
      ...entry,
      ...(at === undefined ? {} : { occurredAt: Date.parse(at) }),
    }));
    return recordConsent(deps, { customerId: id, entries });
  });
  const history = (call: { params: { userId: string }; query: { before?: string | undefined; limit: number } }) => ({
    userId: call.params.userId,
    before: call.query.before ?? null,
    limit: call.query.limit,
  });
  serve(app, deps, parts, listDecisions, (call) => listCustomerDecisions(deps, history(call)));
  serve(app, deps, parts, listMessages, (call) => listCustomerMessages(deps, history(call)));
  serve(app, deps, parts, listEvents, (call) => listCustomerEvents(deps, history(call)));
}
