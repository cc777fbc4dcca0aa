import type { JourneyView } from "#server/contracts/console/journeys.ts";
import type { Deps } from "#server/deps.ts";
import { journeySchema } from "#server/domain/definitions/journey.ts";
import { AppError } from "#server/errors.ts";
import { compareArms } from "./compare-arms.ts";
import { definitionNames } from "./definition-names.ts";

const DAY_MS = 86_400_000;
const VERDICT_DAYS = 7;

/** One journey: the asked version, or the live one, or the newest; its counts are over all versions. */
export async function showJourney(deps: Deps, input: { key: string; version: number | null }): Promise<JourneyView> {
  const versions = await deps.data.consoleDefinitions.listVersions(await deps.db(), "journey", input.key);
  const live = versions.find((each) => each.status === "live");
  const shown = input.version === null ? (live ?? versions[0]) : versions.find((each) => each.version === input.version);
  if (shown === undefined) throw new AppError("not_found", "There is no such journey or version.");
  const definition = journeySchema.safeParse(shown.content);
  if (!definition.success) throw new AppError("invalid", "This version cannot be read: it does not follow the rules for journeys.");
  const read = deps.data.consoleJourneys;
  const [counts, nodes, verdicts, arms, catalog] = await Promise.all([
    read.countByJourney(deps.pool, input.key),
    read.countByNode(deps.pool, input.key),
    read.countDecisions(deps.pool, input.key, deps.clock.now() - VERDICT_DAYS * DAY_MS),
    compareArms(deps, input.key),
    deps.catalog.get(),
  ]);
  const own = counts.get(input.key);
  return {
    key: input.key,
    name: definition.data.name,
    liveVersion: live?.version ?? null,
    version: shown.version,
    status: shown.status,
    definition: definition.data,
    names: definitionNames(catalog),
    suspendedReason: catalog.suspended.find((each) => each.kind === "journey" && each.key === input.key)?.reason ?? null,
    counts: {
      entered: own?.entered ?? 0,
      active: own?.active ?? 0,
      sent: own?.sent ?? 0,
      withheld: own?.withheld ?? 0,
      goals: own?.goals ?? 0,
    },
    nodes,
    verdicts,
    verdictDays: VERDICT_DAYS,
    ...arms,
    versions: versions.map(({ content: _content, submittedAt: _submittedAt, ...version }) => version),
  };
}
