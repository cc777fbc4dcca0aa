import type { Deps } from "#server/deps.ts";
import { AppError } from "#server/errors.ts";
import { settleOffers } from "../pipeline/settle-offers.ts";
import type { Actor } from "./pause.ts";

/**
 * A person's word on an offer that waits in the review queue. Approved, it is decided anew with all guards, now as it stands; rejected,
 * its journey goes on without it. Throws `conflict` when somebody was faster or the offer was overtaken.
 */
export async function reviewOffer(deps: Deps, input: { taskId: string; verdict: "approved" | "rejected"; by: Actor }): Promise<void> {
  const { data } = deps;
  const catalog = await deps.catalog.get();
  await deps.transact(async (tx) => {
    const now = deps.clock.now();
    const task = await data.decisions.closeReviewTask(tx, input.taskId, input.verdict, now);
    if (task === null) throw new AppError("conflict", "This offer has already been reviewed, or is no longer open.");
    if (input.verdict === "approved") {
      await data.candidates.reopenCandidates(tx, [task.candidateId], now);
    } else {
      const stepKey = await data.decisions.closeCandidate(tx, task.candidateId);
      if (stepKey !== null) {
        const settlement = {
          customerId: task.customerId,
          enrollmentId: task.enrollmentId,
          stepKey,
          result: "reviewed_rejected" as const,
          at: now,
        };
        await settleOffers(tx, deps, [settlement], { catalog, now });
      }
    }
    await data.audit.append(tx, input.by, now, {
      action: `offer.${input.verdict}`,
      objectKind: "candidate",
      objectId: task.candidateId,
      before: null,
      after: null,
    });
  });
  deps.queue.ring("send");
}
