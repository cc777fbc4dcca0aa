import type { Catalog } from "#server/domain/definitions/catalog.ts";

/** The names of everything a journey can mention, by key. */
export function definitionNames(catalog: Catalog): Record<string, string> {
  const names: Record<string, string> = {};
  for (const map of [catalog.signals, catalog.situations, catalog.segments, catalog.responses]) {
    for (const [key, { definition }] of map) names[key] = definition.name;
  }
  return names;
}
