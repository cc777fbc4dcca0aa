import type { Deps } from "#server/deps.ts";
import type { IncidentScope } from "#server/domain/incidents/scope.ts";
import { AppError } from "#server/errors.ts";
import type { Actor } from "./pause.ts";

export type OpenedIncident = {
  id: string;
  /** Messages whose provider call had begun; it may still finish, for at most fifteen seconds. */
  inFlight: number;
};

/**
 * Opens an incident: once this returns, nothing in its scope passes the gate. What had passed anywhere and was not begun is decided
 * anew, so that help outside the scope loses nothing but a moment.
 */
export async function openIncident(deps: Deps, input: { title: string; scope: IncidentScope; by: Actor }): Promise<OpenedIncident> {
  const { data } = deps;
  const opened = await deps.transact(async (tx) => {
    const at = deps.clock.now();
    await data.control.changeExclusively(tx, { at });
    const id = deps.newId();
    await data.incidents.insert(tx, {
      id,
      title: input.title,
      scope: input.scope,
      openedAt: at,
      openedBy: `${input.by.kind}:${input.by.id}`,
    });
    const stopped = await data.messages.stopUnderWay(tx, "incident", at);
    await data.decisions.reopenSteps(
      tx,
      stopped.cancelledSteps.map((stepKey) => ({ stepKey, dueAt: at })),
    );
    const after = { title: input.title, scope: input.scope };
    await data.audit.append(tx, input.by, at, { action: "incident.opened", objectKind: "incident", objectId: id, before: null, after });
    return { id, inFlight: stopped.inFlight.length };
  });
  deps.queue.ring("send");
  return opened;
}

/** Ends an incident. What it held is decided anew, not flushed: still needed, not yet stale, and let go in a ramp. */
export async function resolveIncident(deps: Deps, input: { id: string; by: Actor }): Promise<{ reopened: number }> {
  const { data } = deps;
  const result = await deps.transact(async (tx) => {
    const at = deps.clock.now();
    const incident = await data.incidents.resolve(tx, input.id, at);
    if (incident === null) throw new AppError("not_found", "There is no such open incident.");
    const reopened = await data.decisions.reopenHeldBy(tx, "incident", at);
    await data.audit.append(tx, input.by, at, {
      action: "incident.resolved",
      objectKind: "incident",
      objectId: input.id,
      before: { openedAt: incident.openedAt },
      after: { resolvedAt: at },
    });
    return { reopened };
  });
  deps.queue.ring("send");
  return result;
}
