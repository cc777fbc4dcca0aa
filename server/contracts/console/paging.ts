import * as z from "zod";

/** A place in a list sorted by time, newest first: the next page begins after it. */
export const placeSchema = z.strictObject({ at: z.number().int(), id: z.uuid() });
export type Place = z.infer<typeof placeSchema>;

/** A list that goes on only forward; the client library names the direction with every page. */
export const forward = { direction: z.literal("forward").optional() };

export const PAGE_SIZE = 50;

/** One page; `next` is null on the last. */
export function pageOf<Item extends z.ZodType, Next extends z.ZodType>(item: Item, next: Next) {
  return z.object({ items: z.array(item), next: next.nullable() });
}

/** Cuts `limit + 1` rows to a page: the extra row only tells that there is more. */
export function toPage<Row, Next>(rows: readonly Row[], limit: number, place: (row: Row) => Next): { items: Row[]; next: Next | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? place(last) : null };
}
