import type { Deps } from "#server/deps.ts";
import { type Delivered, deliverMessages } from "./deliver-messages.ts";
import { waitingCount } from "./outbox.ts";
import { runGate } from "./run-gate.ts";

/** Messages in line before the gate waits for providers: more would only age. */
const HIGH_WATER = 400;

/**
 * Decides and hands over until nothing is due. The next batch is decided while the last one is at its providers. Returns how many were
 * decided and handed over.
 */
export async function drainSending(deps: Deps, options: { limit?: number } = {}): Promise<{ decided: number; sent: number }> {
  const total = { decided: 0, sent: 0 };
  let delivering: Promise<Delivered | null> = Promise.resolve(null);
  let failure: unknown;
  for (;;) {
    const gate = await runGate(deps, options);
    total.decided += gate.decided;
    const before = delivering;
    delivering = deliverMessages(deps).then(
      (delivered) => {
        total.sent += delivered.sent;
        return delivered;
      },
      (error: unknown) => {
        failure ??= error;
        return null;
      },
    );
    if (waitingCount(deps) > HIGH_WATER) await delivering;
    if (gate.more && gate.decided > 0) continue;
    const [earlier, last] = await Promise.all([before, delivering]);
    if (failure !== undefined) throw failure;
    if (!(earlier?.more ?? false) && !(last?.more ?? false)) return total;
    if (gate.decided === 0) return total;
  }
}
