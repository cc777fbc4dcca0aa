import type { Deps } from "#server/deps.ts";
import { clockOf, readClock, scheduleClocks, scheduleRef } from "#server/domain/pipeline/schedules.ts";
import { NIL_UUID } from "#server/ids.ts";

/**
 * Makes the schedule timers what the live catalog says: adds missing clocks, renews those whose cron changed, cancels those of journeys
 * that are no longer live. A clock that is running, or overdue, is left alone. Cheap enough to be repeated.
 */
export async function syncSchedules(deps: Deps): Promise<void> {
  const { data } = deps;
  const catalog = await deps.catalog.get();
  const isScheduled = [...catalog.journeys.values()].some(({ definition }) => definition.entry.kind === "schedule");
  const running = await data.timers.listScheduleTimers(deps.pool);
  if (!isScheduled && running.length === 0) return;
  const wanted = new Map(scheduleClocks(catalog, await data.customers.listZones(deps.pool)).map((clock) => [scheduleRef(clock), clock]));
  const now = deps.clock.now();
  const held = new Map(running.map((timer) => [timer.ref, clockOf(timer.payload)]));
  await deps.transact(async (tx) => {
    for (const ref of held.keys()) {
      if (!wanted.has(ref)) await data.timers.changeTimers(tx, [{ customerId: NIL_UUID, change: { op: "cancel", kind: "schedule", ref } }]);
    }
    for (const [ref, clock] of wanted) {
      if (held.get(ref)?.cron === clock.cron) continue;
      const { next } = readClock(clock, now, now - 1);
      if (next === null) continue;
      const change = { op: "set" as const, kind: "schedule", ref, dueAt: next, payload: clock };
      await data.timers.changeTimers(tx, [{ customerId: NIL_UUID, change }]);
    }
  });
}
