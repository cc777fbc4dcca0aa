import type { Deps } from "#server/deps.ts";
import { deliverMessages } from "./deliver-messages.ts";
import { waitingCount } from "./outbox.ts";
import { runGate } from "./run-gate.ts";

/** Messages in line before the gate waits for providers: more would only age. */
const HIGH_WATER = 400;
/** While a provider is slow, the gate looks again this often, so that other channels do not wait for it. */
const LOOK_AGAIN_MS = 100;

export type DrainOptions = {
  /** Customers a gate. */
  limit?: number;
  /** True once the process has been told to stop: what is leased is handed over, nothing more is decided. */
  isStopping?: () => boolean;
};

/**
 * Decides and hands over until nothing is due. The next batch is decided while the last one is at its providers. Returns how many were
 * decided and handed over; what a provider leaves open within its deadline is waited for.
 */
export async function drainSending(deps: Deps, options: DrainOptions = {}): Promise<{ decided: number; sent: number }> {
  const total = { decided: 0, sent: 0 };
  const underWay = new Set<Promise<void>>();
  let again = false;
  let failure: unknown;

  function deliver(): void {
    const delivery = deliverMessages(deps)
      .then((delivered) => {
        total.sent += delivered.sent;
        again ||= delivered.more;
      })
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => underWay.delete(delivery));
    underWay.add(delivery);
  }

  async function decideSome(): Promise<boolean> {
    if (failure !== undefined || options.isStopping?.() === true || waitingCount(deps) > HIGH_WATER) return false;
    again = false;
    const gate = await runGate(deps, options).catch((error: unknown) => {
      failure ??= error;
      return { decided: 0, sending: 0, more: false };
    });
    total.decided += gate.decided;
    if (waitingCount(deps) > 0) deliver();
    return gate.more && gate.decided > 0;
  }

  for (;;) {
    if (await decideSome()) continue;
    if (underWay.size > 0) await firstOf(Promise.all(underWay), LOOK_AGAIN_MS);
    if (underWay.size > 0 || (again && failure === undefined && options.isStopping?.() !== true)) continue;
    if (failure !== undefined) throw failure;
    if (waitingCount(deps) === 0) return total;
    deliver();
  }
}

/** Settles with `work`, or after `ms` without it. */
function firstOf(work: Promise<unknown>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void work.finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
