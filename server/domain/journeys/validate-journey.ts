import type { JourneyDefinition } from "../definitions/journey.ts";
import { isValidZone } from "../time/zone.ts";
import { type CatalogView, doubt, fault, type JourneyProblem } from "./journey-problem.ts";
import { nextOccurrence, parseCron } from "./schedule.ts";
import { graphProblems } from "./validate-graph.ts";
import { referenceProblems } from "./validate-references.ts";

export type { CatalogView, JourneyProblem } from "./journey-problem.ts";

/** The shortest window in which a goal can be told from chance. */
const MIN_GOAL_WINDOW_MS = 60_000;
/** Any fixed instant does: a cron that fires at all does so within 8 years and some of it. */
const CRON_PROBE = Date.UTC(2024, 0, 1);

/**
 * Everything that is wrong or doubtful with a journey against what is live, each problem naming the node, the field and the fix.
 * A journey without an `error` can be followed by `advance` from any entry without a fault, and always comes to rest.
 */
export function validateJourney(journey: JourneyDefinition, view: CatalogView): JourneyProblem[] {
  return [...frameProblems(journey), ...entryProblems(journey), ...graphProblems(journey), ...referenceProblems(journey, view)];
}

function frameProblems(journey: JourneyDefinition): JourneyProblem[] {
  const problems: JourneyProblem[] = [];
  const { validFrom, validUntil, goal } = journey;
  if (validFrom !== undefined && validUntil !== undefined && Date.parse(validFrom) >= Date.parse(validUntil)) {
    problems.push(fault("never_valid", "The journey ends before it begins. Set validUntil after validFrom.", { field: "validUntil" }));
  }
  if (goal !== undefined && goal.windowMs < MIN_GOAL_WINDOW_MS) {
    problems.push(
      fault("goal_window", "The goal has no time to be reached. Give it a window of a minute or more.", { field: "goal.windowMs" }),
    );
  }
  if ((journey.class === "marketing") !== (journey.purpose === "marketing")) {
    problems.push(
      fault(
        "purpose_mismatch",
        "Marketing needs the class and the purpose marketing, both: otherwise it would go out without the opt-in.",
        {
          field: "purpose",
        },
      ),
    );
  }
  if (journey.rolloutShare === 0) {
    problems.push(doubt("reaches_nobody", "The rollout share is 0: nobody can enter.", { field: "rolloutShare" }));
  }
  if (journey.holdoutShare === 1) {
    problems.push(doubt("helps_nobody", "The holdout share is 1: everybody is left alone.", { field: "holdoutShare" }));
  }
  if (journey.exitOn.situationEnds && journey.entry.kind !== "situation") {
    problems.push(
      doubt("no_situation_to_end", "The journey is to end with its situation, but no situation starts it.", {
        field: "exitOn.situationEnds",
      }),
    );
  }
  for (const node of journey.nodes) {
    if (node.kind === "ladder" && journey.entry.kind !== "situation") {
      problems.push(
        doubt("ladder_without_situation", `No situation starts the journey, so "${node.id}" climbs until the customer answers.`, {
          nodeId: node.id,
        }),
      );
    }
    if (node.kind === "wait" && node.mode === "until_local_time" && node.from === node.to) {
      problems.push(
        doubt("window_always_open", `The window of "${node.id}" begins where it ends, so it is open all day.`, {
          nodeId: node.id,
          field: "to",
        }),
      );
    }
  }
  if (!journey.nodes.some((node) => node.kind === "help" || node.kind === "ladder" || node.kind === "survey" || node.kind === "handoff")) {
    problems.push(doubt("does_nothing", "The journey offers nothing and hands nothing to a person.", { field: "nodes" }));
  }
  return problems;
}

function entryProblems({ entry }: JourneyDefinition): JourneyProblem[] {
  if (entry.kind !== "schedule") return [];
  const problems: JourneyProblem[] = [];
  const parsed = parseCron(entry.cron);
  if ("problem" in parsed) {
    problems.push(fault("cron_invalid", `"${entry.cron}" is not a schedule: ${parsed.problem}.`, { field: "entry.cron" }));
  } else if (nextOccurrence(entry.cron, "UTC", CRON_PROBE) === null) {
    problems.push(fault("cron_never", `"${entry.cron}" names no day that exists.`, { field: "entry.cron" }));
  }
  if (entry.zone !== "customer" && entry.zone !== "company" && !isValidZone(entry.zone)) {
    problems.push(
      fault("zone_unknown", `"${entry.zone}" is not a time zone. Use a name such as Europe/Berlin, or customer, or company.`, {
        field: "entry.zone",
      }),
    );
  }
  return problems;
}
