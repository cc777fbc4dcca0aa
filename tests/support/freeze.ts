import { vi } from "vitest";
import type { Installation } from "./installation.ts";
import type { ManagedProcess } from "./managed-process.ts";

/**
 * Stops a worker between two transactions. One stopped inside a transaction keeps its locks until PostgreSQL ends its session
 * (`idle_in_transaction_session_timeout`, a minute): nothing is lost then, but the test would wait.
 */
export async function freezeOutsideTransactions(installation: Installation, worker: ManagedProcess): Promise<void> {
  await vi.waitUntil(
    async () => {
      worker.freeze();
      // A statement that was under way ends by itself; what is open after it stays open, and may be what another statement waits for.
      await vi.waitUntil(async () => (await open(installation, worker)) || !(await working(installation, worker)), {
        timeout: 5_000,
        interval: 5,
      });
      if (!(await open(installation, worker))) return true;
      worker.thaw();
      return false;
    },
    { timeout: 20_000, interval: 7 },
  );
}

async function open(installation: Installation, { pid }: ManagedProcess): Promise<boolean> {
  return (await installation.count(`pg_stat_activity WHERE application_name = 'tact worker ${pid}' AND state = 'idle in transaction'`)) > 0;
}

async function working(installation: Installation, { pid }: ManagedProcess): Promise<boolean> {
  return (await installation.count(`pg_stat_activity WHERE application_name = 'tact worker ${pid}' AND state = 'active'`)) > 0;
}
