import type { Catalog } from "../definitions/catalog.ts";
import { nextOccurrence } from "../journeys/schedule.ts";
import { isValidZone } from "../time/zone.ts";
import type { Json } from "../timer.ts";

/** An occurrence that could not be run in time is run up to this much later; a later one is left out. */
export const maxLatenessMs = 3_600_000;

/** One clock of a scheduled journey: a zone in which its cron expression runs. */
export type ScheduleClock = { journeyKey: string; zone: string; cron: string };

/** Name of the timer of a clock. Neither keys nor zones hold a bar. */
export function scheduleRef({ journeyKey, zone }: Pick<ScheduleClock, "journeyKey" | "zone">): string {
  return `${journeyKey}|${zone}`;
}

/**
 * Every clock that must be running: one per live scheduled journey, or one per zone of customers where the journey runs at each
 * customer's local time (people of unknown zone live by the company's).
 */
export function scheduleClocks(catalog: Catalog, customerZones: readonly string[]): ScheduleClock[] {
  const company = catalog.company.timezone;
  const clocks: ScheduleClock[] = [];
  for (const [journeyKey, { definition }] of catalog.journeys) {
    const { entry } = definition;
    if (entry.kind !== "schedule") continue;
    const zones = entry.zone === "customer" ? new Set([company, ...customerZones]) : [entry.zone === "company" ? company : entry.zone];
    for (const zone of zones) if (isValidZone(zone)) clocks.push({ journeyKey, zone, cron: entry.cron });
  }
  return clocks;
}

/** What a clock says at `now`: the newest occurrence since `dueAt` that is not too late to run, if any, and the next one. */
export function readClock(clock: ScheduleClock, dueAt: number, now: number): { run: number | null; next: number | null } {
  let run: number | null = null;
  let next = nextOccurrence(clock.cron, clock.zone, Math.max(dueAt, now - maxLatenessMs) - 1);
  while (next !== null && next <= now) {
    run = next;
    next = nextOccurrence(clock.cron, clock.zone, next);
  }
  return { run, next };
}

/** The clock of a schedule timer, as kept beside it; null when it is not one. */
export function clockOf(payload: Json): ScheduleClock | null {
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return null;
  const { journeyKey, zone, cron } = payload;
  return typeof journeyKey === "string" && typeof zone === "string" && typeof cron === "string" ? { journeyKey, zone, cron } : null;
}
