import type { Mark } from "./profile.ts";

/** A mark and the value written with it; undefined for a deleted or never written one. */
export type Writing = { mark: Mark; value: unknown };

/**
 * Whether a new writing replaces the one that stands: a verified writer beats an unverified one, then the later time wins, and of two at the
 * same millisecond the one whose JSON sorts later. A total order, so the result does not depend on the order of arrival.
 */
export function replaces(standing: { mark: Mark | undefined; value: unknown }, next: Writing): boolean {
  if (standing.mark === undefined) return true;
  if (standing.mark.verified !== next.mark.verified) return next.mark.verified;
  if (standing.mark.at !== next.mark.at) return next.mark.at > standing.mark.at;
  return asText(next.value) > asText(standing.value);
}

export function asText(value: unknown): string {
  return JSON.stringify(value ?? null) ?? "null";
}
