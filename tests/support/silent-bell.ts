import type { Doorbell } from "#server/queue/doorbell.ts";

/** A doorbell nobody hears: the test drains the lanes by itself. Remembers what was rung. */
export function silentBell(): Doorbell & { rung: string[] } {
  const rung: string[] = [];
  return {
    rung,
    ring: (lane) => {
      rung.push(lane);
    },
    close: async () => {},
  };
}
