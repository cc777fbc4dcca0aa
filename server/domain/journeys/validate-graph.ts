import type { JourneyDefinition, JourneyNode } from "../definitions/journey.ts";
import type { Rule } from "../definitions/rule.ts";
import { edgesOf, nodesWithWayOut, reachableFrom, spinningLoops } from "./graph.ts";
import { doubt, fault, type JourneyProblem } from "./journey-problem.ts";

const MAX_NODES = 400;

/** The shape of the graph: every edge leads somewhere, every node can be reached, no loop spins, every choice is clear. */
export function graphProblems(journey: JourneyDefinition): JourneyProblem[] {
  return [
    ...sizeProblems(journey),
    ...edgeProblems(journey),
    ...reachProblems(journey),
    ...loopProblems(journey),
    ...journey.nodes.flatMap(choiceProblems),
  ];
}

function sizeProblems(journey: JourneyDefinition): JourneyProblem[] {
  const problems: JourneyProblem[] = [];
  if (journey.nodes.length > MAX_NODES) {
    problems.push(
      fault("too_many_nodes", `The journey has ${journey.nodes.length} nodes; at most ${MAX_NODES} are allowed. Split it into two.`, {
        field: "nodes",
      }),
    );
  }
  const seen = new Set<string>();
  for (const node of journey.nodes) {
    if (seen.has(node.id)) {
      problems.push(fault("duplicate_node", `Two nodes are called "${node.id}". Rename one.`, { nodeId: node.id, field: "id" }));
    }
    seen.add(node.id);
  }
  return problems;
}

function edgeProblems(journey: JourneyDefinition): JourneyProblem[] {
  const ids = new Set(journey.nodes.map((node) => node.id));
  const problems: JourneyProblem[] = [];
  if (!ids.has(journey.start)) {
    problems.push(
      fault("start_missing", `The journey starts at "${journey.start}", which is not a node. Choose a start node.`, { field: "start" }),
    );
  }
  for (const node of journey.nodes) {
    for (const edge of edgesOf(node)) {
      if (ids.has(edge.to)) continue;
      problems.push(
        fault("dangling_next", `"${node.id}" leads to "${edge.to}" (${edge.label}), which is not a node. Connect it to a node.`, {
          nodeId: node.id,
          field: edge.field,
        }),
      );
    }
  }
  return problems;
}

function reachProblems(journey: JourneyDefinition): JourneyProblem[] {
  const reached = reachableFrom(journey, journey.start);
  const hasWayOut = nodesWithWayOut(journey);
  const problems: JourneyProblem[] = [];
  for (const node of journey.nodes) {
    if (reached.size > 0 && !reached.has(node.id)) {
      problems.push(
        fault("unreachable", `Nothing leads to "${node.id}". Connect it or remove it.`, {
          nodeId: node.id,
        }),
      );
    }
  }
  if (reached.size > 0 && !hasWayOut.has(journey.start)) {
    problems.push(doubt("no_exit", "No way through the journey ends at an exit. People leave only by the goal or the exit rule."));
  }
  return problems;
}

function loopProblems(journey: JourneyDefinition): JourneyProblem[] {
  return spinningLoops(journey).map((loop) =>
    fault(
      "loop_without_wait",
      `${[...loop, loop[0]].map((id) => `"${id}"`).join(" → ")} goes round without waiting. Put a wait for a time or for an event into the loop.`,
      { nodeId: loop[0] },
    ),
  );
}

function choiceProblems(node: JourneyNode): JourneyProblem[] {
  if (node.kind === "branch") return branchProblems(node);
  if (node.kind !== "split") return [];
  return repeated(node.arms.map((arm) => arm.key)).map(({ index, value }) =>
    fault("ambiguous_split", `Two arms of "${node.id}" are called "${value}". Rename one.`, {
      nodeId: node.id,
      field: `arms.${index}.key`,
    }),
  );
}

function branchProblems(node: Extract<JourneyNode, { kind: "branch" }>): JourneyProblem[] {
  const problems = repeated(node.cases.map((option) => option.name)).map(({ index, value }) =>
    fault("ambiguous_branch", `Two cases of "${node.id}" are called "${value}". Rename one.`, {
      nodeId: node.id,
      field: `cases.${index}.name`,
    }),
  );
  for (const { index } of repeated(node.cases.map((option) => JSON.stringify(option.rule)))) {
    problems.push(
      fault(
        "ambiguous_branch",
        `Case "${node.cases[index]?.name}" of "${node.id}" has the same rule as an earlier case and is never taken. Change or remove it.`,
        { nodeId: node.id, field: `cases.${index}.rule` },
      ),
    );
  }
  const always = node.cases.findIndex((option) => isAlwaysTrue(option.rule));
  if (always !== -1) {
    problems.push(
      fault(
        "ambiguous_branch",
        `Case "${node.cases[always]?.name}" of "${node.id}" is always true, so nothing behind it is ever taken. Give it a condition.`,
        { nodeId: node.id, field: `cases.${always}.rule` },
      ),
    );
  }
  return problems;
}

function isAlwaysTrue(rule: Rule): boolean {
  return "all" in rule && rule.all.every(isAlwaysTrue);
}

/** Values that occurred before, with their place. */
function repeated(values: string[]): { index: number; value: string }[] {
  const seen = new Set<string>();
  return values.flatMap((value, index) => {
    if (seen.has(value)) return [{ index, value }];
    seen.add(value);
    return [];
  });
}
