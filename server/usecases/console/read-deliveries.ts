import type * as z from "zod";
import type {
  DeliveryCounts,
  DeliverySummary,
  DeliveryView,
  deliveryCountsInput,
  deliveryListInput,
  deliveryListOutput,
  preventedInput,
  preventedOutput,
} from "#server/contracts/console/deliveries.ts";
import { messageStates } from "#server/contracts/console/deliveries.ts";
import { PAGE_SIZE, toPage } from "#server/contracts/console/paging.ts";
import type { Deps } from "#server/deps.ts";
import type { Catalog } from "#server/domain/definitions/catalog.ts";
import { addLocalDays, fromLocal, localDayStart } from "#server/domain/time/zone.ts";
import { AppError } from "#server/errors.ts";
import { definitionNames } from "./definition-names.ts";
import { lifeOf } from "./delivery-life.ts";
import { labelOf, maskAddress } from "./mask.ts";
import { storyItem } from "./story-item.ts";

const DAYS_SHOWN = 7;

type Reads = Deps["data"]["consoleDeliveries"];
type Row = Awaited<ReturnType<Reads["list"]>>[number];
type Filters = Parameters<Reads["countStates"]>[1];

const preventedWords: Record<string, string> = {
  duplicate: "The same help had just been given, by another journey or channel.",
  duplicate_step: "This step had its message already.",
  duplicate_address: "Somebody with the same address had the message of this run already.",
};

/** The day asked for by the company's clock, or the last seven with today. */
function filtersOf(input: z.infer<typeof deliveryCountsInput>, catalog: Catalog, now: number): Filters {
  const { channel, journey, day } = input;
  const zone = catalog.company.timezone;
  if (day === null) return { channel, journey, from: localDayStart(zone, addLocalDays(zone, now, 1 - DAYS_SHOWN)), until: now + 60_000 };
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  if (new Date(Date.UTC(year, month - 1, date)).toISOString().slice(0, 10) !== day) {
    throw new AppError("invalid", "There is no such day.", { issues: [{ field: "day", message: "Choose a day of the calendar." }] });
  }
  const from = fromLocal(zone, { year, month, day: date });
  return { channel, journey, from, until: addLocalDays(zone, from, 1) };
}

function namedIn(catalog: Catalog) {
  return {
    journey: (key: string) => ({ key, name: catalog.journeys.get(key)?.definition.name ?? key }),
    response: (key: string) => ({ key, name: catalog.responses.get(key)?.definition.name ?? key }),
  };
}

function customerOf(row: Pick<Row, "customerId" | "userId" | "name" | "email">, identify: boolean) {
  return { id: row.customerId, label: labelOf({ ...row, id: row.customerId }, identify) };
}

function summary(row: Row, catalog: Catalog, identify: boolean): DeliverySummary {
  const { id, createdAt, stateAt, state, reason, channel } = row;
  const named = namedIn(catalog);
  return {
    id,
    createdAt,
    stateAt,
    state,
    reason,
    channel,
    journey: named.journey(row.journey),
    response: named.response(row.response),
    customer: customerOf(row, identify),
  };
}

/** Messages by state, and what was kept from going twice. */
export async function countDeliveries(deps: Deps, input: z.infer<typeof deliveryCountsInput>): Promise<DeliveryCounts> {
  const filters = filtersOf(input, await deps.catalog.get(), deps.clock.now());
  const read = deps.data.consoleDeliveries;
  const [states, prevented] = await Promise.all([read.countStates(deps.pool, filters), read.countPrevented(deps.pool, filters)]);
  const counts = new Map(states.map((each) => [each.state, each.count]));
  return {
    from: filters.from,
    until: filters.until,
    states: messageStates.map((state) => ({ state, count: counts.get(state) ?? 0 })),
    prevented: prevented.map(({ code, count }) => ({ code, count, words: preventedWords[code] ?? code })),
  };
}

/** Messages, newest first. */
export async function listDeliveries(
  deps: Deps,
  input: z.infer<typeof deliveryListInput> & { identify: boolean },
): Promise<z.infer<typeof deliveryListOutput>> {
  const catalog = await deps.catalog.get();
  const rows = await deps.data.consoleDeliveries.list(deps.pool, {
    ...filtersOf(input, catalog, deps.clock.now()),
    state: input.state,
    before: input.cursor ?? null,
    limit: PAGE_SIZE + 1,
  });
  const page = toPage(rows, PAGE_SIZE, (row) => row.id);
  return { next: page.next, items: page.items.map((row) => summary(row, catalog, input.identify)) };
}

/** Silences that kept the same help from going twice, newest first. */
export async function listPrevented(
  deps: Deps,
  input: z.infer<typeof preventedInput> & { identify: boolean },
): Promise<z.infer<typeof preventedOutput>> {
  const catalog = await deps.catalog.get();
  const rows = await deps.data.consoleDeliveries.listPrevented(deps.pool, {
    ...filtersOf(input, catalog, deps.clock.now()),
    before: input.cursor ?? null,
    limit: PAGE_SIZE + 1,
  });
  const page = toPage(rows, PAGE_SIZE, (row) => row.id);
  const named = namedIn(catalog);
  return {
    next: page.next,
    items: page.items.map((row) => ({
      id: row.id,
      at: row.at,
      words: preventedWords[row.code] ?? row.code,
      journey: named.journey(row.journey),
      customer: customerOf(row, input.identify),
    })),
  };
}

/** One message from its decision to what followed. */
export async function showDelivery(deps: Deps, input: { id: string; identify: boolean }): Promise<DeliveryView> {
  const read = deps.data.consoleDeliveries;
  const [row, happenings, catalog] = await Promise.all([
    read.find(deps.pool, input.id),
    read.listHappenings(deps.pool, input.id),
    deps.catalog.get(),
  ]);
  if (row === null) throw new AppError("not_found", "There is no such message.");
  const { identify } = input;
  const names = definitionNames(catalog);
  for (const [key, { definition }] of catalog.journeys) names[key] = definition.name;
  const { provider, providerMessageId, attempts, deadlineAt, inFlightAtPause, version, node, purpose, inOutbox } = row;
  return {
    ...summary(row, catalog, identify),
    subject: identify ? row.subject : null,
    recipient: row.recipient === null || identify ? row.recipient : maskAddress(row.recipient),
    provider,
    providerMessageId,
    attempts,
    deadlineAt,
    inFlightAtPause,
    version,
    node,
    class: row.class,
    purpose,
    inOutbox,
    decision: row.decision === null ? null : storyItem({ kind: "decision", ...row.decision }, { catalog, names, identify }),
    life: lifeOf({ ...row, decidedAt: row.decision?.at ?? null }, happenings),
  };
}
