import type { Deps } from "#server/deps.ts";

export type Actor = { kind: "user" | "api_key" | "system"; id: string; ip: string | null };
export type PauseResult = {
  epoch: number;
  /** Messages whose provider call had begun; it may still finish, for at most fifteen seconds. */
  inFlight: number;
  /** Messages that were stopped before their call; their steps are decided again. */
  cancelled: number;
};

/**
 * Stops all sending. Waits for the gates that are open, and once it returns nothing passes any more, on any worker, whatever the
 * queue knows. Calls that had begun are marked as in flight at the pause.
 */
export function pauseSending(deps: Deps, input: { reason: string; by: Actor }): Promise<PauseResult> {
  return change(deps, { paused: true, pausedReason: input.reason }, "sending.paused", input.by);
}

/** Lets sending go on. Nothing is flushed: what was held is decided anew, and released in a ramp. */
export async function resumeSending(deps: Deps, input: { by: Actor }): Promise<PauseResult> {
  const result = await change(deps, { paused: false }, "sending.resumed", input.by);
  deps.queue.ring("send");
  return result;
}

/** In shadow mode everything is decided and nothing goes out: each message is kept as a ghost. */
export function setShadowMode(deps: Deps, input: { on: boolean; by: Actor }): Promise<PauseResult> {
  return change(deps, { shadow: input.on }, input.on ? "shadow.started" : "shadow.ended", input.by);
}

async function change(
  deps: Deps,
  what: { paused?: boolean; pausedReason?: string; shadow?: boolean },
  action: string,
  by: Actor,
): Promise<PauseResult> {
  const { data } = deps;
  return deps.transact(async (tx) => {
    const at = deps.clock.now();
    const { before, after } = await data.control.changeExclusively(tx, { ...what, at });
    const stopped = await data.messages.stopUnderWay(tx, action, at);
    await data.decisions.reopenSteps(
      tx,
      stopped.cancelledSteps.map((stepKey) => ({ stepKey, dueAt: at })),
    );
    if (what.paused === false) await data.decisions.reopenHeldBy(tx, "stop", at);
    await data.audit.append(tx, by, at, {
      action,
      objectKind: "control",
      objectId: "sending",
      before: { paused: before.paused, shadow: before.shadow },
      after: { paused: after.paused, shadow: after.shadow, reason: what.pausedReason ?? null },
    });
    return { epoch: after.epoch, inFlight: stopped.inFlight.length, cancelled: stopped.cancelledSteps.length };
  });
}
