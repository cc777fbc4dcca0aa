import type { IngestSource } from "#server/contracts/ingest/source.ts";
import type { Deps } from "#server/deps.ts";
import type { DemoAnswer, DemoReceipt } from "#server/domain/demo/world.ts";
import { acceptEvents } from "#server/usecases/ingest/accept-events.ts";
import type { EventIntake } from "#server/usecases/ingest/event-intake.ts";
import { processEvents } from "#server/usecases/pipeline/process-events.ts";
import { runSchedules, startDueSchedules } from "#server/usecases/pipeline/run-schedules.ts";
import { wakeTimers } from "#server/usecases/pipeline/wake-timers.ts";
import { drainSending } from "#server/usecases/sending/drain-sending.ts";
import { recordReceipts } from "#server/usecases/sending/record-receipt.ts";
import { recordSurveyAnswer } from "#server/usecases/sending/record-survey-answer.ts";
import type { WireEvent } from "../replay/map-row.ts";

const BATCH = 500;

/** Takes events as the gateway takes a batch. A generated event that is refused is a fault of the generator and ends the run. */
export async function acceptBatch(deps: Deps, intake: EventIntake, source: IngestSource, events: readonly WireEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += BATCH) {
    const verdicts = await acceptEvents(deps, intake, {
      source,
      envelope: {
        events: events.slice(from, from + BATCH),
        writeKey: null,
        sentAt: null,
        sharedContext: null,
        sharedIntegrations: null,
        inspectStrings: false,
      },
      type: null,
      imported: false,
      idempotencyKey: null,
    });
    const refused = verdicts.find((verdict) => verdict.status === "rejected");
    if (refused?.status === "rejected") throw new Error(`an event of the demo company was refused: ${refused.field} ${refused.message}`);
  }
}

/** What the workers do when everything that waits is due: events, schedules, timers, decisions and hand-overs, until nothing is left. */
export async function runWorkers(deps: Deps): Promise<void> {
  for (;;) {
    const { more, quarantined } = await processEvents(deps);
    if (quarantined > 0) throw new Error("an event of the demo company could not be processed");
    if (!more) break;
  }
  await startDueSchedules(deps);
  while ((await runSchedules(deps)).more);
  for (;;) {
    const { more, postponed } = await wakeTimers(deps);
    if (postponed !== null) throw new Error("a timer of the demo company could not be served", { cause: postponed.reason });
    if (!more) break;
  }
  await drainSending(deps);
}

export async function reportReceipts(deps: Deps, receipts: readonly DemoReceipt[]): Promise<void> {
  if (receipts.length === 0) return;
  await recordReceipts(
    deps,
    receipts.map(({ at, messageId, kind }) => ({
      provider: "sandbox",
      providerEventId: `demo-${kind}-${messageId}`,
      messageId,
      kind,
      at,
      hard: kind === "bounced",
    })),
  );
}

/** Answers as the survey page takes them. */
export async function giveAnswers(deps: Deps, answers: readonly DemoAnswer[]): Promise<void> {
  for (const { messageId, score } of answers) {
    const message = await deps.data.messages.findMessage(deps.pool, messageId);
    if (message === null) continue;
    await recordSurveyAnswer(deps, { messageId, customerId: message.customerId, score, comment: null });
  }
}
