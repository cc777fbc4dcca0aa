import type * as z from "zod";
import type { customerListInput, customerListOutput } from "#server/contracts/console/customers.ts";
import { PAGE_SIZE, toPage } from "#server/contracts/console/paging.ts";
import type { Deps } from "#server/deps.ts";
import { labelOf, maskAddress } from "./mask.ts";

/** Customers, newest seen first. A role that may not identify them finds a customer by the exact user id only. */
export async function listCustomers(
  deps: Deps,
  input: z.infer<typeof customerListInput> & { identify: boolean },
): Promise<z.infer<typeof customerListOutput>> {
  const text = input.search.trim();
  const words = text.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8);
  const rows = await deps.data.consoleCustomers.list(deps.pool, {
    words: input.identify ? words : [],
    userId: input.identify || text === "" ? null : text,
    situation: input.situation,
    journey: input.journey,
    after: input.cursor ? { seenAt: input.cursor.at, id: input.cursor.id } : null,
    limit: PAGE_SIZE + 1,
  });
  const catalog = await deps.catalog.get();
  const page = toPage(rows, PAGE_SIZE, (row) => ({ at: row.seenAt, id: row.id }));
  return {
    next: page.next,
    items: page.items.map((row) => ({
      id: row.id,
      label: row.erased ? "Erased customer" : labelOf(row, input.identify),
      userId: row.userId,
      email: row.email === null ? null : input.identify ? row.email : maskAddress(row.email),
      emailVerified: row.emailVerified,
      timezone: row.timezone,
      seenAt: row.seenAt,
      situations: row.situations.map((key) => ({ key, name: catalog.situations.get(key)?.definition.name ?? key })),
      activeJourneys: row.activeJourneys,
      erased: row.erased,
    })),
  };
}
