import type { DemoEvent } from "#server/domain/demo/world.ts";
import type { WireEvent } from "../replay/map-row.ts";

/** The event as a client of the public API sends it. */
export function toWireEvent({ at, type, name, userId, messageId, properties, traits }: DemoEvent): WireEvent {
  const base = { messageId, userId, timestamp: new Date(at).toISOString() };
  if (type === "identify") return { ...base, type, traits };
  if (type === "page") return { ...base, type, ...(name === null ? {} : { name }), properties };
  return { ...base, type, event: name ?? "", properties };
}
