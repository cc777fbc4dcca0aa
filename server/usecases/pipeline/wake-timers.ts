import type { Deps } from "#server/deps.ts";
import { runSteps, type StepRequest } from "./steps.ts";

export type WakeResult = {
  /** Timers served. */
  woken: number;
  more: boolean;
  /** Candidates to decide: new ones, and held ones whose time has come. */
  work: { candidates: number };
  /** Timers put off because serving them failed, with the last reason. */
  postponed: { count: number; reason: unknown } | null;
};

type DueTimers = Awaited<ReturnType<Deps["data"]["timers"]["listDueTimers"]>>;

/** A timer whose customer cannot be served is tried again after this long, so that it stops nobody else. */
const POSTPONE_MS = 5 * 60_000;

/**
 * Serves timers of customers that are due, the longest overdue first, through the same step as events. Locks customers, then takes
 * the timers: what was cancelled or moved meanwhile is left alone; customers that somebody else works on are left for the next
 * look. A batch that fails is split down to one customer, whose timers are put off. Throws only when the database is away.
 */
export async function wakeTimers(deps: Deps, options: { limit?: number } = {}): Promise<WakeResult> {
  const { limit = 500 } = options;
  const due = await deps.data.timers.listDueTimers(deps.pool, deps.clock.now(), limit);
  const total: WakeResult = { woken: 0, more: false, work: { candidates: 0 }, postponed: null };
  if (due.length === 0) return total;
  await wakeOrSplit(deps, due, total);
  total.more = due.length >= limit && total.woken > 0;
  return total;
}

async function wakeOrSplit(deps: Deps, due: DueTimers, total: WakeResult): Promise<void> {
  try {
    const done = await wakeBatch(deps, due);
    total.woken += done.woken;
    total.work.candidates += done.candidates;
  } catch (error) {
    if (deps.data.pending.isConnectionFault(error)) throw error;
    const customers = [...new Set(due.map((timer) => timer.customerId))];
    if (customers.length > 1) {
      const half = new Set(customers.slice(0, Math.ceil(customers.length / 2)));
      await wakeOrSplit(
        deps,
        due.filter((timer) => half.has(timer.customerId)),
        total,
      );
      await wakeOrSplit(
        deps,
        due.filter((timer) => !half.has(timer.customerId)),
        total,
      );
      return;
    }
    await deps.data.timers.postponeTimers(deps.pool, due, deps.clock.now() + POSTPONE_MS);
    total.postponed = { count: (total.postponed?.count ?? 0) + due.length, reason: error };
  }
}

async function wakeBatch(deps: Deps, due: DueTimers): Promise<{ woken: number; candidates: number }> {
  const { data } = deps;
  const catalog = await deps.catalog.get();
  const done = await deps.transact(async (tx) => {
    const now = deps.clock.now();
    const customers = await data.customers.lockFreeCustomers(tx, [...new Set(due.map((timer) => timer.customerId))].sort());
    const taken = await data.timers.takeTimers(
      tx,
      due.filter((timer) => customers.has(timer.customerId)),
      now,
    );
    if (taken.length === 0) return { woken: 0, candidates: 0 };
    deps.crashpoint("wake.taken");
    const held = taken.filter((timer) => timer.kind === "candidate");
    const reopened = await data.candidates.reopenCandidates(
      tx,
      held.map((timer) => timer.ref),
      now,
    );
    const requests: StepRequest[] = [];
    for (const [id, customer] of customers) {
      const timers = taken.filter((timer) => timer.customerId === id && timer.kind !== "candidate");
      if (timers.length > 0 && customer.erasedAt === null && customer.mergedInto === null) requests.push({ customer, timers });
    }
    const { candidates } = await runSteps(tx, deps, { catalog, now }, requests);
    await data.evaluationLog.recordEvaluation(tx, {
      id: deps.newId(),
      kind: "timers",
      now,
      catalogEpoch: catalog.epoch,
      timers: taken,
    });
    deps.crashpoint("wake.persisted");
    return { woken: taken.length, candidates: candidates + reopened };
  });
  deps.crashpoint("wake.committed");
  return done;
}
