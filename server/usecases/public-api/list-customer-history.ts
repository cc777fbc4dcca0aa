import type * as z from "zod";
import type { decisionSchema, messageSchema, storedEventSchema } from "#server/contracts/public-api/customers.ts";
import type { Deps } from "#server/deps.ts";
import { findCustomer } from "./find-customer.ts";

export type HistoryQuery = { userId: string; before: string | null; limit: number };
export type Page<Entry> = { data: Entry[]; next: string | null };

const iso = (at: number): string => new Date(at).toISOString();

/** One more than asked for is read, so that the end is known. */
function pageOf<Entry extends { id: string }>(entries: readonly Entry[], limit: number): Page<Entry> {
  const data = entries.slice(0, limit);
  return { data, next: entries.length > limit ? (data.at(-1)?.id ?? null) : null };
}

export async function listCustomerDecisions(deps: Deps, query: HistoryQuery): Promise<Page<z.infer<typeof decisionSchema>>> {
  const { cluster } = await findCustomer(deps, query.userId);
  const found = await deps.data.decisions.listDecisions(deps.pool, cluster, { before: query.before, limit: query.limit + 1 });
  const entries = found.map(({ id, decidedAt, journeyKey, journeyVersion, verdict, record, input, inputHash }) => ({
    id,
    decidedAt: iso(decidedAt),
    journey: { key: journeyKey, version: journeyVersion },
    verdict,
    record,
    input,
    inputHash,
  }));
  return pageOf(entries, query.limit);
}

export async function listCustomerMessages(deps: Deps, query: HistoryQuery): Promise<Page<z.infer<typeof messageSchema>>> {
  const { cluster } = await findCustomer(deps, query.userId);
  const found = await deps.data.customerMessages.listForCustomers(deps.pool, cluster, { before: query.before, limit: query.limit + 1 });
  const entries = found.map((message) => ({
    ...message,
    createdAt: iso(message.createdAt),
    stateAt: iso(message.stateAt),
    clickedAt: message.clickedAt === null ? null : iso(message.clickedAt),
  }));
  return pageOf(entries, query.limit);
}

export async function listCustomerEvents(deps: Deps, query: HistoryQuery): Promise<Page<z.infer<typeof storedEventSchema>>> {
  const { cluster } = await findCustomer(deps, query.userId);
  const actors = await Promise.all(cluster.map((id) => deps.data.identities.actorsOf(deps.pool, id)));
  const found = await deps.data.events.listByActors(deps.pool, { actors: actors.flat(), before: query.before, limit: query.limit + 1 });
  const entries = found.map(({ event, messageId }) => ({
    id: event.id,
    messageId,
    type: event.type,
    name: event.name,
    occurredAt: iso(event.occurredAt),
    receivedAt: iso(event.receivedAt),
    source: event.sourceKey,
    verified: event.verified,
    historical: event.historical,
    properties: { ...event.properties },
    traits: { ...event.traits },
    context: { ...event.context },
  }));
  return pageOf(entries, query.limit);
}
