import type { Catalog, Versioned } from "../definitions/catalog.ts";
import type { JourneyDefinition } from "../definitions/journey.ts";
import type { DomainEvent } from "../events.ts";
import type { EntryTrigger } from "../journeys/enter.ts";

type LiveJourney = Versioned<JourneyDefinition>;

/** Which live journeys each kind of trigger can start, so that an event looks at those few only. */
type JourneyIndex = {
  /** By event type and name; a matcher without a name is listed under the type alone. */
  byEvent: Map<string, LiveJourney[]>;
  bySituation: Map<string, LiveJourney[]>;
  byIncident: Map<string, LiveJourney[]>;
};

const none: readonly LiveJourney[] = [];
const indexes = new WeakMap<Catalog, JourneyIndex>();

function indexOf(catalog: Catalog): JourneyIndex {
  const known = indexes.get(catalog);
  if (known !== undefined) return known;
  const index: JourneyIndex = { byEvent: new Map(), bySituation: new Map(), byIncident: new Map() };
  for (const journey of catalog.journeys.values()) {
    const { entry } = journey.definition;
    if (entry.kind === "event") add(index.byEvent, eventKey(entry.match.type, entry.match.name), journey);
    if (entry.kind === "situation") add(index.bySituation, entry.situation, journey);
    if (entry.kind === "incident") add(index.byIncident, entry.on, journey);
  }
  indexes.set(catalog, index);
  return index;
}

function add(map: Map<string, LiveJourney[]>, key: string, journey: LiveJourney): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [journey]);
  else list.push(journey);
}

function eventKey(type: string, name: string | undefined | null): string {
  return name === undefined || name === null ? type : `${type}:${name}`;
}

/** Live journeys whose entry is of the kind of this trigger, in the order of the catalog. Whether one matches is for `matchEntry` to say. */
export function journeysFor(catalog: Catalog, trigger: EntryTrigger): readonly LiveJourney[] {
  switch (trigger.kind) {
    case "event": {
      const { byEvent } = indexOf(catalog);
      const anyName = byEvent.get(eventKey(trigger.event.type, null)) ?? none;
      if (trigger.event.name === null) return anyName;
      const named = byEvent.get(eventKey(trigger.event.type, trigger.event.name)) ?? none;
      return anyName.length === 0 ? named : [...anyName, ...named];
    }
    case "situation":
      return indexOf(catalog).bySituation.get(trigger.situation) ?? none;
    case "incident":
      return indexOf(catalog).byIncident.get(trigger.on) ?? none;
    case "schedule":
    case "api": {
      const journey = catalog.journeys.get(trigger.journeyKey);
      return journey === undefined ? none : [journey];
    }
  }
}

/** The version an enrollment is on; undefined when the catalog at hand does not hold it. */
export function journeyOf(catalog: Catalog, key: string, version: number): LiveJourney | undefined {
  const held = catalog.journeyVersions.get(`${key}@${version}`);
  if (held !== undefined) return held;
  const live = catalog.journeys.get(key);
  return live?.version === version ? live : undefined;
}

const goals = new WeakMap<Catalog, Map<string, number>>();

/** The longest goal window, in milliseconds, of the journeys whose goal may be an event of this type and name; 0 when there are none. */
export function goalWindowMs(catalog: Catalog, event: DomainEvent): number {
  let windows = goals.get(catalog);
  if (windows === undefined) {
    windows = new Map();
    for (const { definition } of [...catalog.journeyVersions.values(), ...catalog.journeys.values()]) {
      const { goal } = definition;
      if (goal === undefined) continue;
      const key = eventKey(goal.match.type, goal.match.name);
      windows.set(key, Math.max(windows.get(key) ?? 0, goal.windowMs));
    }
    goals.set(catalog, windows);
  }
  return Math.max(windows.get(eventKey(event.type, event.name)) ?? 0, windows.get(event.type) ?? 0);
}
