import type { JourneyListItem } from "#server/contracts/console/journeys.ts";
import type { Deps } from "#server/deps.ts";
import { entryInWords } from "#server/domain/definitions/in-words.ts";
import { journeySchema } from "#server/domain/definitions/journey.ts";
import { definitionNames } from "./definition-names.ts";

/** Every journey with what became of the customers in it. A content that cannot be read is shown as such and hides nothing else. */
export async function listJourneys(deps: Deps): Promise<JourneyListItem[]> {
  const [rows, counts, catalog] = await Promise.all([
    deps.data.consoleJourneys.listJourneys(deps.pool),
    deps.data.consoleJourneys.countByJourney(deps.pool, null),
    deps.catalog.get(),
  ]);
  const names = definitionNames(catalog);
  const suspended = new Map(catalog.suspended.filter((each) => each.kind === "journey").map((each) => [each.key, each.reason]));
  return rows.map((row) => {
    const definition = journeySchema.safeParse(row.content);
    const own = counts.get(row.key);
    return {
      key: row.key,
      name: row.name,
      description: definition.success ? definition.data.description : "",
      entry: definition.success ? entryInWords(definition.data.entry, names) : "This version cannot be read",
      liveVersion: row.liveVersion,
      draft: row.draft,
      suspendedReason: row.suspendedReason ?? suspended.get(row.key) ?? null,
      entered: own?.entered ?? 0,
      active: own?.active ?? 0,
      sent: own?.sent ?? 0,
      withheld: own?.withheld ?? 0,
      goals: own?.goals ?? 0,
    };
  });
}
