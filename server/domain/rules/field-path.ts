/** Splits `a.b.c`; remembers what it split, because the same few hundred paths are read for every event. */
const split = new Map<string, readonly string[]>();
const maxRemembered = 5_000;

function segmentsOf(path: string): readonly string[] {
  const known = split.get(path);
  if (known) return known;
  const segments = path.split(".");
  if (split.size >= maxRemembered) split.clear();
  split.set(path, segments);
  return segments;
}

/**
 * The value at a dotted path, over own properties only: `__proto__`, `constructor` and the like are undefined unless the data really has
 * them. A property whose name itself contains the dots wins over the nested one. Array elements are reached by index.
 */
export function readPath(root: unknown, path: string): unknown {
  const direct = readOwn(root, path);
  if (direct !== undefined) return direct;
  const segments = segmentsOf(path);
  if (segments.length === 1) return undefined;
  let value: unknown = root;
  for (const segment of segments) {
    value = readOwn(value, segment);
    if (value === undefined) return undefined;
  }
  return value;
}

function readOwn(holder: unknown, name: string): unknown {
  if (typeof holder !== "object" || holder === null) return undefined;
  return Object.hasOwn(holder, name) ? Reflect.get(holder, name) : undefined;
}
