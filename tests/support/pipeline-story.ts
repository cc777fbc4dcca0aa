import type { Deps } from "#server/deps.ts";
import { processEvents } from "#server/usecases/pipeline/process-events.ts";
import { sweep } from "#server/usecases/pipeline/sweep.ts";
import { minute, type PipelineWorld, second, type Told } from "./pipeline-world.ts";

/** Some customers in and out of trouble: sign-ups, failures, orders, devices that become users. */
export function troubleStory(at: number, people = 12): Told[] {
  return Array.from({ length: people }, (_, n): Told[] => {
    const userId = `user${n}`;
    const times = (k: number) => at - 10 * minute + (n * 7 + k) * second;
    return [
      { messageId: `${n}-visit`, name: "Payment Failed", anonymousId: `device${n}`, at: times(0) },
      {
        messageId: `${n}-login`,
        name: "",
        type: "identify",
        userId,
        anonymousId: `device${n}`,
        traits: { plan: `plan${n % 3}` },
        at: times(1),
      },
      { messageId: `${n}-fail`, name: "Payment Failed", userId, at: times(2) },
      { messageId: `${n}-again`, name: "Payment Failed", anonymousId: `device${n}`, at: times(3) },
      ...(n % 3 === 0
        ? [{ messageId: `${n}-order`, name: "Order Completed", userId, properties: { order_id: n, total: 5 }, at: times(4) }]
        : []),
    ];
  }).flat();
}

/** Drains everything that waits, events that were tried before included. */
export async function drainAll(deps: Deps, limit = 500): Promise<void> {
  for (;;) {
    const fresh = await processEvents(deps, { limit });
    const retried = await processEvents(deps, { limit, suspects: true });
    if (!fresh.more && fresh.processed === 0 && retried.processed === 0) return;
  }
}

/** What any other worker does a minute after one died. */
export async function recover(world: PipelineWorld): Promise<void> {
  world.clock.at += minute + second;
  await sweep(world.deps);
  await drainAll(world.deps);
}

export async function wipe(pool: Deps["pool"]): Promise<void> {
  await pool.query(
    `TRUNCATE events, event_ledger, event_pending, event_claim, event_quarantine, customer, identity, address, customer_state, signal_hit,
     situation_membership, situation_transition, timer, enrollment, candidate, order_record, case_record, outcome, task, evaluation_log,
     schedule_run, definition_fault CASCADE`,
  );
}
