import type { Point } from "#components/journeys/journey-graph.ts";

/** An SVG path through the points with its corners rounded off; empty without two points. */
export function roundedPath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return "";
  const commands = [`M${first.x},${first.y}`];
  rest.slice(0, -1).forEach((point, index) => {
    const next = rest[index + 1] ?? last;
    const end = index === rest.length - 2 ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    commands.push(`Q${point.x},${point.y} ${end.x},${end.y}`);
  });
  if (rest.length === 1) commands.push(`L${last.x},${last.y}`);
  return commands.join(" ");
}

/** Where a label lies: the middle point of the way. */
export function middleOf(points: readonly Point[]): Point {
  return points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
}
