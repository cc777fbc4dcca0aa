import type { Deps } from "#server/deps.ts";
import { movesLastSeen } from "#server/domain/pipeline/last-seen.ts";
import { messageOf } from "#server/errors.ts";
import { resolveCustomers } from "./resolve-customers.ts";
import { runSteps } from "./steps.ts";

/** A batch that is not done by then has crashed; its events become suspects. As long as one statement may take. */
const LEASE_MS = 30_000;
/** Tries of one event before it is put aside. */
export const MAX_ATTEMPTS = 5;

export type ProcessResult = {
  /** Events done with. */
  processed: number;
  /** There may be more to do at once. */
  more: boolean;
  /** What the done events made due: candidates to decide. */
  work: { candidates: number };
  /** Events put aside after too many tries. */
  quarantined: number;
};

/**
 * Takes a batch off the work list and applies it, in one transaction: all or nothing. Events are named in a claim before the try, so that
 * those of a worker that dies are known. A batch that fails is split in halves down to the events of one identity, so that one poison
 * event holds up nobody else; its tries are counted, and after five it is put aside with the reason. Throws only when the
 * database is away, and then nothing was counted.
 *
 * With `suspects` the batch is taken from events that were tried before.
 */
export async function processEvents(deps: Deps, options: { limit?: number; suspects?: boolean } = {}): Promise<ProcessResult> {
  const { limit = 500, suspects = false } = options;
  const { pending } = deps.data;
  const now = deps.clock.now();
  const claimId = deps.newId();
  const eventIds = await pending.claimEvents(deps.pool, { id: claimId, limit, now, leaseUntil: now + LEASE_MS, suspects });
  const total: ProcessResult = { processed: 0, more: eventIds.length >= limit && !suspects, work: { candidates: 0 }, quarantined: 0 };
  if (eventIds.length === 0) return total;
  deps.crashpoint("process.claimed");
  try {
    await processOrSplit(deps, eventIds, claimId, total);
  } finally {
    // When the database is away the claim stays; its events are tried again when the lease has run out, or were done already.
    await pending.releaseClaim(deps.pool, claimId).catch(() => undefined);
  }
  return total;
}

async function processOrSplit(deps: Deps, eventIds: readonly string[], claimId: string, total: ProcessResult): Promise<void> {
  try {
    const done = await processBatch(deps, eventIds);
    total.processed += done.processed;
    total.work.candidates += done.candidates;
  } catch (error) {
    if (deps.data.pending.isConnectionFault(error)) throw error;
    await splitFailed(deps, eventIds, claimId, total, error);
  }
}

async function splitFailed(deps: Deps, eventIds: readonly string[], claimId: string, total: ProcessResult, error: unknown): Promise<void> {
  const { pending } = deps.data;
  // Splitting takes time: as long as this worker lives, its events are its own.
  await pending.extendClaim(deps.pool, claimId, deps.clock.now() + LEASE_MS);
  const waiting = await pending.loadWaiting(deps.pool, eventIds);
  const actors = [...new Set(waiting.map((event) => event.actor))];
  if (actors.length > 1) {
    const firstHalf = new Set(actors.slice(0, Math.ceil(actors.length / 2)));
    const [first, second] = [waiting.filter(({ actor }) => firstHalf.has(actor)), waiting.filter(({ actor }) => !firstHalf.has(actor))];
    for (const half of [first, second]) {
      await processOrSplit(
        deps,
        half.map((event) => event.eventId),
        claimId,
        total,
      );
    }
    return;
  }
  const failed = waiting.map((event) => event.eventId);
  await pending.countAttempt(deps.pool, failed);
  total.quarantined += await pending.quarantineExhausted(deps.pool, {
    maxAttempts: MAX_ATTEMPTS,
    reason: messageOf(error),
    now: deps.clock.now(),
    eventIds: failed,
  });
}

async function processBatch(deps: Deps, eventIds: readonly string[]): Promise<{ processed: number; candidates: number }> {
  const { data } = deps;
  const catalog = await deps.catalog.get();
  const done = await deps.transact(async (tx) => {
    // its events are back on the work list should the server crash before this is on disk
    await data.durability.commitLazily(tx);
    const now = deps.clock.now();
    const taken = await data.pending.takeEvents(tx, eventIds);
    if (taken.length === 0) return { processed: 0, candidates: 0 };
    const groups = await resolveCustomers(tx, deps, { catalog, now }, taken);
    deps.crashpoint("process.loaded");
    // Whoever was erased is not followed any more; their late events are done with.
    const living = groups.filter(({ customer }) => customer.erasedAt === null);
    const { results, candidates } = await runSteps(tx, deps, { catalog, now }, living);
    await data.customers.touchCustomers(
      tx,
      living.flatMap(({ customer }) => {
        const at = results.get(customer.person.id)?.lastSeenAt ?? null;
        return at !== null && movesLastSeen(customer.lastSeenAt, at) ? [{ id: customer.person.id, at }] : [];
      }),
    );
    await data.evaluationLog.recordEvaluation(tx, {
      id: deps.newId(),
      kind: "events",
      now,
      catalogEpoch: catalog.epoch,
      eventIds: taken.map((event) => event.id),
    });
    deps.crashpoint("process.persisted");
    return { processed: taken.length, candidates };
  });
  deps.crashpoint("process.committed");
  return done;
}
