import type { Catalog } from "../definitions/catalog.ts";
import type { Channel } from "../definitions/common-fields.ts";

/** What a journey may refer to. */
export type CatalogView = Pick<Catalog, "signals" | "situations" | "segments" | "responses" | "policies"> & {
  /** Channels that can really send; when left out, those of the channel policy's order. */
  providers?: readonly Channel[];
};

/** Something wrong with a journey: an `error` keeps it from being submitted, a `warning` is worth a second look. */
export type JourneyProblem = {
  nodeId?: string;
  /** Path below the node, or below the journey when there is no node. */
  field?: string;
  code: string;
  message: string;
  severity: "error" | "warning";
};

export function fault(code: string, message: string, place: { nodeId?: string; field?: string } = {}): JourneyProblem {
  return { ...place, code, message, severity: "error" };
}

export function doubt(code: string, message: string, place: { nodeId?: string; field?: string } = {}): JourneyProblem {
  return { ...place, code, message, severity: "warning" };
}
