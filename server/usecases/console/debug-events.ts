import type * as z from "zod";
import { PAGE_SIZE } from "#server/contracts/console/paging.ts";
import type { EventSummary, EventView, eventListInput, eventListOutput } from "#server/contracts/console/sources.ts";
import type { Deps } from "#server/deps.ts";
import { AppError } from "#server/errors.ts";
import { actorKey } from "#server/ids.ts";
import type { Acting } from "./manage-people.ts";
import { maskAddress } from "./mask.ts";
import { maskEvent } from "./mask-event.ts";

type Row = Awaited<ReturnType<Deps["data"]["consoleEvents"]["listEvents"]>>["rows"][number];

/** The newest events, each with what became of it. A role that may not identify customers finds an actor by the exact user id only. */
export async function listEvents(
  deps: Deps,
  input: z.infer<typeof eventListInput> & { identify: boolean },
): Promise<z.infer<typeof eventListOutput>> {
  const name = input.name.trim();
  const who = input.actor.trim();
  const page = await deps.data.consoleEvents.listEvents(deps.pool, {
    sourceId: input.sourceId,
    type: input.type,
    name: name === "" ? null : name,
    actors: who === "" ? null : [actorKey("user", who), ...(input.identify ? [actorKey("anonymous", who)] : [])],
    fate: input.fate,
    before: input.cursor ?? null,
    limit: PAGE_SIZE,
  });
  return { items: page.rows.map((row) => summary(row, input.identify)), next: page.next, looked: page.looked };
}

function summary(row: Row, identify: boolean): EventSummary {
  const { id, receivedAt, occurredAt, type, name, source, historical, verified, fate } = row;
  return { id, receivedAt, occurredAt, type, name, source, historical, verified, fate, actor: actorOf(row, identify) };
}

/** Whom the event is about: an unverified userId is only a claim, and the event counts for the visitor. */
function actorOf({ userId, anonymousId, verified }: Row, identify: boolean): string {
  if (userId !== null && (verified || anonymousId === null)) return userId;
  if (anonymousId === null) return "nobody";
  return identify ? anonymousId : maskAddress(anonymousId);
}

/** One event: what was sent, how it was judged, and what became of it. */
export async function showEvent(deps: Deps, input: { id: string; identify: boolean }): Promise<EventView> {
  const read = deps.data.consoleEvents;
  const event = await read.findEvent(deps.pool, input.id);
  if (event === null) throw new AppError("not_found", "There is no such event.");
  const { customerId, messageKey, occurredAt, receivedAt, payload, attempts, quarantine } = event;
  const done = event.fate === "processed";
  const [processedAt, signals, catalog] = await Promise.all([
    done ? read.findEvaluatedAt(deps.pool, { id: event.id, receivedAt }) : null,
    customerId === null ? [] : read.listSignalsOf(deps.pool, { customerId, messageKey, occurredAt }),
    deps.catalog.get(),
  ]);
  return {
    ...summary(event, input.identify),
    sourceId: event.sourceId,
    json: JSON.stringify(input.identify ? payload : maskEvent(payload), null, 2),
    masked: !input.identify,
    attempts,
    // the message of a fault can quote what it failed on
    quarantine: quarantine === null || input.identify ? quarantine : { ...quarantine, reason: "The reason is hidden for your role." },
    processedAt,
    customerId,
    signals: signals.map((key) => catalog.signals.get(key)?.definition.name ?? key),
  };
}

/** Puts an event that was put aside back on the work list, with all its tries before it. */
export async function retryEvent(deps: Deps, input: { id: string; by: Acting }): Promise<void> {
  await deps.transact(async (tx) => {
    const now = deps.clock.now();
    const released = await deps.data.pending.releaseQuarantined(tx, input.id, now);
    if (released === null) throw new AppError("conflict", "This event is not put aside. Somebody may have tried it again already.");
    await deps.data.audit.append(tx, { kind: "user", ...input.by }, now, {
      action: "event.retry",
      objectKind: "event",
      objectId: input.id,
      before: { attempts: released.attempts },
      after: { attempts: 0 },
    });
  });
  deps.queue.ring("process");
}
