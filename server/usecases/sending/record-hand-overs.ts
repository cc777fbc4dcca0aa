import type { Deps } from "#server/deps.ts";
import type { OfferResult } from "#server/domain/journeys/stimulus.ts";
import type { Settlement } from "#server/domain/pipeline/step.ts";
import { settleOffers } from "../pipeline/settle-offers.ts";
import type { FinishedHandOver } from "./hand-over.ts";

const SECOND = 1_000;
/** Patience before a step is decided again, after a failure that may pass: 30 s, 2 min, 8 min, then 30 min. */
const backoffMs = [30 * SECOND, 120 * SECOND, 480 * SECOND, 1_800 * SECOND];

/**
 * Writes what became of hand-overs, and tells the journeys, in one transaction. Should telling a journey fail, the results are written
 * without it: what the provider has taken must never be forgotten because of a faulty definition.
 */
export async function recordHandOvers(deps: Deps, finished: readonly FinishedHandOver[]): Promise<{ reopened: number; offered: number }> {
  if (finished.length === 0) return { reopened: 0, offered: 0 };
  try {
    return await write(deps, finished, true);
  } catch (error) {
    if (finished.length === 1) {
      deps.log.error({ err: error, messageId: finished[0]?.leased.message.id }, "a journey could not be told of its message");
      return write(deps, finished, false);
    }
    const all = { reopened: 0, offered: 0 };
    for (const one of finished) {
      const { reopened, offered } = await recordHandOvers(deps, [one]);
      all.reopened += reopened;
      all.offered += offered;
    }
    return all;
  }
}

async function write(
  deps: Deps,
  finished: readonly FinishedHandOver[],
  tellJourneys: boolean,
): Promise<{ reopened: number; offered: number }> {
  const { data } = deps;
  const catalog = await deps.catalog.get();
  return deps.transact(async (tx) => {
    const now = deps.clock.now();
    await data.customers.lockCustomers(tx, [...new Set(finished.map(({ leased }) => leased.message.customerId))]);
    const written = await data.messages.recordResults(
      tx,
      finished.map(({ result }) => result),
      now,
    );
    const ours = finished.filter(({ result }) => written.has(result.id));
    const reopened = await data.decisions.reopenSteps(
      tx,
      ours.flatMap((one) => {
        const dueAt = dueAgain(one, now);
        return dueAt === null ? [] : [{ stepKey: one.leased.stepKey, dueAt }];
      }),
    );
    if (!tellJourneys) return { reopened: reopened.size, offered: 0 };
    const settlements = ours.flatMap((one) => settlementOf(one, now) ?? []);
    const { candidates } = await settleOffers(tx, deps, settlements, { catalog, now });
    return { reopened: reopened.size, offered: candidates };
  });
}

/** When a step whose message surely did not go out is decided again; null when it went, or may have. */
function dueAgain({ leased, result }: FinishedHandOver, now: number): number | null {
  if (result.state === "cancelled") return now;
  if (result.state !== "failed") return null;
  // Refused: the next channel may go at once. Otherwise the provider gets time.
  if (result.reason?.startsWith("refused") ?? false) return now;
  return now + (backoffMs[Math.min(leased.attempt, backoffMs.length - 1)] ?? SECOND);
}

/** An unknown message counts as sent: the customer may have it, so the journey waits for their reaction. */
function settlementOf({ leased, result }: FinishedHandOver, now: number): Settlement | null {
  const told: OfferResult | null = result.state === "sent" || result.state === "unknown" ? "sent" : null;
  if (told === null) return null;
  return {
    customerId: leased.message.customerId,
    enrollmentId: leased.enrollmentId,
    stepKey: leased.stepKey,
    result: told,
    at: now,
    eligibleAt: leased.decidedAt,
  };
}
