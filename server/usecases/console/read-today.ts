import type { TodayView } from "#server/contracts/console/today.ts";
import type { Deps } from "#server/deps.ts";
import { compareArms } from "./compare-arms.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const PULSE_MINUTES = 15;
/** As far as the backlog is counted; the data module counts one more to tell that there is more. */
const BACKLOG_COUNTED_TO = 100_000;

/** The pulse of the road now, and whether help helps. */
export async function readToday(deps: Deps): Promise<TodayView> {
  const now = deps.clock.now();
  const firstMinute = Math.floor(now / MINUTE_MS) * MINUTE_MS - (PULSE_MINUTES - 1) * MINUTE_MS;
  const read = deps.data.consoleToday;
  const [pulse, messages, verdicts, attention, arms] = await Promise.all([
    read.readPulse(deps.pool, firstMinute, now),
    read.countMessages(deps.pool, now - DAY_MS),
    read.countVerdicts(deps.pool, now - DAY_MS),
    read.readAttention(deps.pool),
    compareArms(deps, null),
  ]);
  const received = new Map(pulse.received.map((each) => [each.minute, each.count]));
  const processed = new Map(pulse.processed.map((each) => [each.minute, each.count]));
  const inStates = (states: readonly string[]) =>
    messages.filter((each) => states.includes(each.state)).reduce((sum, each) => sum + each.count, 0);
  return {
    now,
    minutes: Array.from({ length: PULSE_MINUTES }, (_, index) => {
      const minute = firstMinute + index * MINUTE_MS;
      return { minute, received: received.get(minute) ?? 0, processed: processed.get(minute) ?? 0 };
    }),
    backlog: {
      count: Math.min(pulse.backlog, BACKLOG_COUNTED_TO),
      more: pulse.backlog > BACKLOG_COUNTED_TO,
      oldestAt: pulse.oldestPendingId === null ? null : timeOfId(pulse.oldestPendingId),
    },
    dueTimers: pulse.dueTimers,
    quarantined: pulse.quarantined,
    rejectedToday: pulse.rejected,
    messages: {
      sent: inStates(["sent", "delivered"]),
      waiting: inStates(["pending", "sending", "held"]),
      failed: inStates(["failed", "unknown"]),
      withheld: inStates(["withheld"]),
    },
    verdicts,
    attention,
    ...arms,
  };
}

/** The instant a UUIDv7 carries in its first 48 bits. */
function timeOfId(id: string): number {
  return Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
}
