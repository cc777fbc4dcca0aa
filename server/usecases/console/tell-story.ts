import type * as z from "zod";
import type { storyInput } from "#server/contracts/console/customers.ts";
import { PAGE_SIZE, toPage } from "#server/contracts/console/paging.ts";
import type { storyOutput } from "#server/contracts/console/story.ts";
import type { Deps } from "#server/deps.ts";
import { AppError } from "#server/errors.ts";
import { definitionNames } from "./definition-names.ts";
import { type StoryContext, storyItem } from "./story-item.ts";

/** One page of what happened to a customer and what Tact made of it, newest first. */
export async function tellStory(
  deps: Deps,
  input: z.infer<typeof storyInput> & { identify: boolean },
): Promise<z.infer<typeof storyOutput>> {
  const cluster = await deps.data.consoleCustomers.findCluster(deps.pool, input.id);
  if (cluster.length === 0) throw new AppError("not_found", "There is no such customer.");
  const [rows, catalog] = await Promise.all([
    deps.data.consoleTimeline.list(deps.pool, { cluster, kinds: input.kinds, before: input.cursor ?? null, limit: PAGE_SIZE + 1 }),
    deps.catalog.get(),
  ]);
  const names = definitionNames(catalog);
  for (const [key, { definition }] of catalog.journeys) names[key] = definition.name;
  const context: StoryContext = { catalog, names, identify: input.identify };
  const page = toPage(rows, PAGE_SIZE, (row) => ({ at: row.at, id: row.id }));
  return { next: page.next, items: page.items.map((row) => storyItem(row, context)) };
}
