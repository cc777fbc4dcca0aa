import type { Trouble } from "#server/domain/demo/world.ts";
import type { HistoryProgress } from "./make-history.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const WIDTH = 24;

/** How far a history is, how fast it goes, and about how long it takes still. */
export function historyLine({ at, from, to, events, messages }: HistoryProgress, elapsedMs: number): string {
  const share = to <= from ? 1 : Math.min(1, (at - from) / (to - from));
  const bar = "█".repeat(Math.round(share * WIDTH)).padEnd(WIDTH, "░");
  const leftS = share === 0 ? null : Math.ceil((elapsedMs * (1 - share)) / share / 1_000);
  const day = `day ${Math.floor((at - from) / DAY) + 1} of ${Math.ceil((to - from) / DAY)}`;
  const time = share >= 1 - 1e-4 || leftS === null ? `${Math.round(elapsedMs / 1_000)} s` : `about ${leftS} s left`;
  return [`${bar} ${String(Math.floor(share * 100)).padStart(3)} %`, day, `${events} events`, `${messages} messages`, time].join(" · ");
}

export function liveLine(at: number, events: number, total: number): string {
  return `${new Date(at).toISOString().slice(11, 19)}  ${events} events (${total} so far)`;
}

/** What once went wrong: an afternoon without card payments, and one in one country only. */
export function pastTroubles(from: number, to: number): Trouble[] {
  const hour = 60 * MINUTE;
  const on = (share: number, hours: number, country: string | null): Trouble => {
    const start = Math.floor((from + share * (to - from)) / DAY) * DAY + 14 * hour;
    return { from: start, declaredAt: start + 10 * MINUTE, to: start + hours * hour, country, failing: 0.85 };
  };
  return [on(0.4, 4, null), on(0.75, 3, "DE")].filter((trouble) => trouble.to < to);
}
