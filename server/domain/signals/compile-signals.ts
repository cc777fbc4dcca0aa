import type { Catalog } from "../definitions/catalog.ts";
import type { Matcher } from "../definitions/rule.ts";
import type { SignalDefinition } from "../definitions/signal.ts";
import type { DomainEvent } from "../events.ts";
import { readNumber } from "../rules/compare-condition.ts";
import { matchesEvent, readEventField } from "../rules/matches-rule.ts";
import type { HitInput } from "./hit.ts";

/** One matcher of one signal, ready to be tried on an event: what the event gives to the signal, or null. */
export type SignalReader = { key: string; version: number; read: (event: DomainEvent) => HitInput | null };

/** Readers by event type and name, so that an event only meets the signals that could match it. */
export type SignalIndex = { readersFor(event: DomainEvent): readonly SignalReader[] };

const none: readonly SignalReader[] = [];
const indexes = new WeakMap<Catalog, SignalIndex>();
/** Values of a key field are cut to this many characters. */
const maxKeyLength = 100;
/** More than any sensible value: keeps sums finite. */
const maxWeight = 1e12;

/** The index of a catalog's live signals; built once per catalog object. */
export function compileSignals(catalog: Catalog): SignalIndex {
  const known = indexes.get(catalog);
  if (known) return known;
  const index = buildIndex(catalog);
  indexes.set(catalog, index);
  return index;
}

function buildIndex(catalog: Catalog): SignalIndex {
  const anyName = new Map<string, SignalReader[]>();
  const named = new Map<string, Map<string, SignalReader[]>>();
  for (const [key, { version, definition }] of catalog.signals) {
    for (const { matcher, toInput } of readings(definition)) {
      const reader = { key, version, read: readerOf(definition, matcher, toInput) };
      if (matcher.name === undefined) push(anyName, matcher.type, reader);
      else {
        const ofType = named.get(matcher.type) ?? new Map<string, SignalReader[]>();
        named.set(matcher.type, ofType);
        push(ofType, matcher.name, reader);
      }
    }
  }
  // Readers that match every name of a type are listed with each name too: one look-up per event, no joining.
  for (const [type, byName] of named) for (const readers of byName.values()) readers.push(...(anyName.get(type) ?? none));
  return {
    readersFor: (event) => (event.name === null ? undefined : named.get(event.type)?.get(event.name)) ?? anyName.get(event.type) ?? none,
  };
}

function push(lists: Map<string, SignalReader[]>, name: string, reader: SignalReader): void {
  const list = lists.get(name);
  if (list) list.push(reader);
  else lists.set(name, [reader]);
}

type Reading = { matcher: Matcher; toInput: (event: DomainEvent) => HitInput | null };

function readings(definition: SignalDefinition): Reading[] {
  switch (definition.kind) {
    case "count":
      return [{ matcher: definition.match, toInput: () => ({ op: "add", weight: definition.weight }) }];
    case "value":
      return [{ matcher: definition.match, toInput: (event) => readValue(definition, event) }];
    case "repeat":
      return [{ matcher: definition.match, toInput: (event) => keyed("seen", readKey(event, definition.keyField)) }];
    case "change":
      return [{ matcher: definition.match, toInput: () => ({ op: "tick" }) }];
    case "exit": {
      const key = (event: DomainEvent): string | null => (definition.keyField === undefined ? "" : readKey(event, definition.keyField));
      return [
        { matcher: definition.begin, toInput: (event) => keyed("begin", key(event)) },
        { matcher: definition.complete, toInput: (event) => keyed("complete", key(event)) },
      ];
    }
  }
}

function readerOf(definition: SignalDefinition, matcher: Matcher, toInput: Reading["toInput"]): SignalReader["read"] {
  const sources = definition.sources.includes("*") ? null : new Set(definition.sources);
  return (event) => ((sources === null || sources.has(event.sourceKey)) && matchesEvent(matcher, event) ? toInput(event) : null);
}

function keyed(op: "seen" | "begin" | "complete", key: string | null): HitInput | null {
  return key === null ? null : { op, key };
}

/** A key is a scalar as text: no key, nothing to count. A path without a root is a property. */
function readKey(event: DomainEvent, field: string): string | null {
  const value = readEventField(event, rooted(field));
  if (typeof value === "string") return value.slice(0, maxKeyLength);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

/** Weight = value × scale. Nothing late, nothing to pay: a value of zero or less is no clue; one that cannot be read is missing data. */
function readValue(definition: Extract<SignalDefinition, { kind: "value" }>, event: DomainEvent): HitInput | null {
  const value = readNumber(readEventField(event, rooted(definition.field)));
  if (value === undefined) return { op: "add", weight: null };
  const weight = Math.min(value * definition.scale, maxWeight);
  return weight > 0 ? { op: "add", weight } : null;
}

function rooted(field: string): string {
  return /^(event|properties|context|traits)\./.test(field) ? field : `properties.${field}`;
}
