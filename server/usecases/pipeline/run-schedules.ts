import type { Deps } from "#server/deps.ts";
import type { Catalog } from "#server/domain/definitions/catalog.ts";
import { viewOf } from "#server/domain/pipeline/draft.ts";
import { journeyOf } from "#server/domain/pipeline/journey-index.ts";
import { clockOf, readClock } from "#server/domain/pipeline/schedules.ts";
import { customerFacts } from "#server/domain/rules/customer-facts.ts";
import { emptyCustomerState } from "#server/domain/signals/state.ts";
import { NIL_UUID } from "#server/ids.ts";
import { type LockedCustomer, runSteps } from "./steps.ts";

type Tx = Parameters<Parameters<Deps["transact"]>[0]>[0];

/**
 * Begins a run for every schedule that is due and sets its next occurrence, in one transaction. Of missed occurrences only the newest is
 * run, and only when it is at most an hour late. Returns how many runs began.
 */
export async function startDueSchedules(deps: Deps): Promise<number> {
  const { data } = deps;
  const catalog = await deps.catalog.get();
  return deps.transact(async (tx) => {
    const now = deps.clock.now();
    let started = 0;
    for (const timer of await data.timers.lockDueScheduleTimers(tx, now, 100)) {
      const clock = clockOf(timer.payload);
      const journey = clock === null ? undefined : catalog.journeys.get(clock.journeyKey);
      const { run, next } = clock === null || journey === undefined ? { run: null, next: null } : readClock(clock, timer.dueAt, now);
      if (clock !== null && journey !== undefined && run !== null) {
        const { journeyKey, zone } = clock;
        const isNew = await data.scheduleRuns.startRun(tx, { journeyKey, journeyVersion: journey.version, occurrence: run, zone });
        if (isNew) started += 1;
      }
      const { kind, ref } = timer;
      const change =
        next === null || clock === null
          ? { op: "cancel" as const, kind, ref }
          : { op: "set" as const, kind, ref, dueAt: next, payload: clock };
      await data.timers.changeTimers(tx, [{ customerId: NIL_UUID, change }]);
    }
    return started;
  });
}

export type ScheduleProgress = { looked: number; enrolled: number; more: boolean; work: { candidates: number } };

/**
 * One chunk of the oldest open run: customers by ascending id, filtered by the journey's segment, enrolled under the occurrence. Where it
 * stopped is written in the same transaction, so a crash repeats nothing and leaves nobody out; the entry key makes sure.
 */
export async function runSchedules(deps: Deps, options: { chunk?: number } = {}): Promise<ScheduleProgress> {
  const { chunk = 500 } = options;
  const { data } = deps;
  const catalog = await deps.catalog.get();
  return deps.transact(async (tx) => {
    const now = deps.clock.now();
    const run = await data.scheduleRuns.lockOpenRun(tx);
    if (run === null) return { looked: 0, enrolled: 0, more: false, work: { candidates: 0 } };
    const entry = journeyOf(catalog, run.journeyKey, run.journeyVersion)?.definition.entry;
    if (entry?.kind !== "schedule" || !catalog.journeys.has(run.journeyKey)) {
      await data.scheduleRuns.moveRun(tx, run, { cursor: run.cursor, matched: 0, finishedAt: now });
      return { looked: 0, enrolled: 0, more: true, work: { candidates: 0 } };
    }
    const page = await data.customers.pageCustomers(tx, {
      cursor: run.cursor,
      limit: chunk,
      zone: entry.zone === "customer" ? run.zone : null,
      zoneIsDefault: run.zone === catalog.company.timezone,
    });
    const members = await membersOf(tx, deps, catalog, { page, segment: entry.segment, now });
    const locked = await data.customers.lockCustomers(tx, members);
    const trigger = { kind: "schedule" as const, journeyKey: run.journeyKey, occurrence: run.occurrence, zone: run.zone };
    const living = [...locked.values()].filter((customer) => customer.mergedInto === null && customer.erasedAt === null);
    const { results, candidates } = await runSteps(
      tx,
      deps,
      { catalog, now },
      living.map((customer) => ({ customer, triggers: [trigger] })),
    );
    if (living.length > 0) {
      await data.evaluationLog.recordEvaluation(tx, {
        id: deps.newId(),
        kind: "schedule",
        now,
        catalogEpoch: catalog.epoch,
        customerIds: living.map((customer) => customer.person.id),
        detail: { journeyKey: run.journeyKey, occurrence: run.occurrence, zone: run.zone },
      });
    }
    const enrolled = [...results.values()].reduce((sum, result) => sum + result.entered.length, 0);
    await data.scheduleRuns.moveRun(tx, run, {
      cursor: page.at(-1)?.person.id ?? run.cursor,
      matched: enrolled,
      finishedAt: page.length < chunk ? now : null,
    });
    deps.crashpoint("schedule.persisted");
    return { looked: page.length, enrolled, more: true, work: { candidates } };
  });
}

async function membersOf(
  tx: Tx,
  deps: Deps,
  catalog: Catalog,
  { page, segment, now }: { page: readonly LockedCustomer[]; segment: string; now: number },
): Promise<string[]> {
  const ids = page.map((customer) => customer.person.id);
  const states = await deps.data.customerState.loadStates(tx, ids);
  const members = page.filter(({ person, profile }) => {
    const customer = viewOf({ person, catalog }, profile);
    const state = states.get(person.id)?.state ?? emptyCustomerState();
    return customerFacts({ customer, state, catalog, now }).get(`segment.${segment}`) === true;
  });
  return members.map((customer) => customer.person.id);
}
