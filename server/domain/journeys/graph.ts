import type { JourneyDefinition, JourneyNode } from "../definitions/journey.ts";

/** An edge out of a node: the field that names the target, and for people what leads there. */
export type Edge = { field: string; to: string; label: string };

/** Every edge out of a node, in the order of the definition. */
export function edgesOf(node: JourneyNode): Edge[] {
  switch (node.kind) {
    case "branch":
      return [
        ...node.cases.map((option, index) => ({ field: `cases.${index}.next`, to: option.next, label: option.name })),
        { field: "otherwise", to: node.otherwise, label: "otherwise" },
      ];
    case "split":
      return node.arms.map((arm, index) => ({ field: `arms.${index}.next`, to: arm.next, label: arm.key }));
    case "wait":
      return node.mode === "until_event" || node.mode === "until_situation_ends"
        ? [
            { field: "next", to: node.next, label: "happened" },
            { field: "onTimeout", to: node.onTimeout, label: "timeout" },
          ]
        : [{ field: "next", to: node.next, label: "next" }];
    case "exit":
      return [];
    default:
      return [{ field: "next", to: node.next, label: "next" }];
  }
}

/**
 * Does time surely pass, or a new event come in, before an enrollment leaves this node? Offers may be settled at once, a local
 * window may be open already, a ladder is skipped when its situation is over: none of these keeps a loop from spinning.
 */
export function alwaysWaits(node: JourneyNode): boolean {
  return node.kind === "wait" && (node.mode === "for" || node.mode === "until_event");
}

/** Ids of all nodes that can be reached from the start, the start included. */
export function reachableFrom(journey: JourneyDefinition, start: string): Set<string> {
  const nodes = new Map(journey.nodes.map((node) => [node.id, node]));
  const reached = new Set<string>();
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = nodes.get(id);
    if (node === undefined || reached.has(id)) continue;
    reached.add(id);
    for (const edge of edgesOf(node)) open.push(edge.to);
  }
  return reached;
}

/** Loops in which nothing surely waits, each once, as the ids on the way round. */
export function spinningLoops(journey: JourneyDefinition): string[][] {
  const nodes = new Map(journey.nodes.filter((node) => !alwaysWaits(node)).map((node) => [node.id, node]));
  const loops: string[][] = [];
  const done = new Set<string>();
  for (const root of nodes.keys()) {
    if (done.has(root)) continue;
    const path: { id: string; edges: Edge[] }[] = [];
    const onPath = new Set<string>();
    const visit = (id: string) => {
      const node = nodes.get(id);
      if (node === undefined || done.has(id)) return;
      path.push({ id, edges: edgesOf(node) });
      onPath.add(id);
    };
    visit(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edge = top.edges.shift();
      if (edge === undefined) {
        path.pop();
        onPath.delete(top.id);
        done.add(top.id);
      } else if (onPath.has(edge.to)) {
        loops.push(path.slice(path.findIndex((step) => step.id === edge.to)).map((step) => step.id));
      } else {
        visit(edge.to);
      }
    }
  }
  return loops;
}

/** Ids of nodes from which an exit node can be reached. */
export function nodesWithWayOut(journey: JourneyDefinition): Set<string> {
  const before = new Map<string, string[]>();
  for (const node of journey.nodes) {
    for (const edge of edgesOf(node)) before.set(edge.to, [...(before.get(edge.to) ?? []), node.id]);
  }
  const found = new Set<string>();
  const open = journey.nodes.filter((node) => node.kind === "exit").map((node) => node.id);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(before.get(id) ?? []));
  }
  return found;
}
