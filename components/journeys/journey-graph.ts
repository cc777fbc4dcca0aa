import dagre from "@dagrejs/dagre";
import { entryInWords, type Names, nodeInWords, waysOut } from "#server/domain/definitions/in-words.ts";
import type { JourneyDefinition, JourneyNode } from "#server/domain/definitions/journey.ts";

/** The node that stands for what starts the journey; no node of a definition can have this id. */
export const ENTRY_ID = "$entry";
export const NODE_WIDTH = 232;
export const NODE_HEIGHT = 84;

export type StepKind = JourneyNode["kind"] | "entry";
export type Step = { id: string; kind: StepKind; title: string; detail: string; ways: { to: string; label: string }[] };
export type PlacedStep = Step & { x: number; y: number };
export type Point = { x: number; y: number };
/** `points` lead around the steps between, from the foot of one step to the head of the other. */
export type Way = { id: string; from: string; to: string; label: string; points: Point[] };

const LABEL_HEIGHT = 18;
const LETTER_WIDTH = 6;

/** The steps of a journey in words, the entry first, then in the order in which one can come to them; unreachable ones last. */
export function stepsOf(journey: JourneyDefinition, names: Names): Step[] {
  const byId = new Map(journey.nodes.map((node) => [node.id, node]));
  const order: string[] = [];
  const seen = new Set<string>();
  const queue = [journey.start];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const node = byId.get(id);
    if (node === undefined || seen.has(id)) continue;
    seen.add(id);
    order.push(id);
    queue.push(...waysOut(node).map((way) => way.to));
  }
  const rest = journey.nodes.map((node) => node.id).filter((id) => !seen.has(id));
  const entry: Step = {
    id: ENTRY_ID,
    kind: "entry",
    title: entryInWords(journey.entry, names),
    detail: "",
    ways: [{ to: journey.start, label: "" }],
  };
  const steps = [...order, ...rest].flatMap((id) => {
    const node = byId.get(id);
    return node === undefined ? [] : [{ id, kind: node.kind, ...nodeInWords(node, names), ways: waysOut(node) }];
  });
  return [entry, ...steps];
}

/** Places the steps from top to bottom so that ways cross as little as possible. */
export function layOut(steps: readonly Step[]): { steps: PlacedStep[]; ways: Way[] } {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 36, ranksep: 54, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set(steps.map((step) => step.id));
  for (const step of steps) graph.setNode(step.id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  const ways: Omit<Way, "points">[] = [];
  for (const step of steps) {
    step.ways.forEach((way, index) => {
      if (!known.has(way.to)) return;
      const id = `${step.id}.${index}`;
      // a label takes room in the layout, so that it never lies on a step
      const room = way.label === "" ? {} : { width: way.label.length * LETTER_WIDTH + 12, height: LABEL_HEIGHT, labelpos: "c" };
      graph.setEdge(step.id, way.to, room, id);
      ways.push({ id, from: step.id, to: way.to, label: way.label });
    });
  }
  dagre.layout(graph);
  return {
    ways: ways.map((way) => ({ ...way, points: graph.edge({ v: way.from, w: way.to, name: way.id }).points ?? [] })),
    steps: steps.map((step) => {
      const placed = graph.node(step.id);
      return { ...step, x: placed.x - NODE_WIDTH / 2, y: placed.y - NODE_HEIGHT / 2 };
    }),
  };
}
