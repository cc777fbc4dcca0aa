/** One line that tells how far a run is; on a terminal it is redrawn, elsewhere printed every few seconds. */
export type Progress = { show(state: ProgressState): void; end(state: ProgressState): void };
export type ProgressState = { rows: number; rowsDone: number; rowsTotal: number; events: number; faults: number; elapsedMs: number };

const WIDTH = 24;

export function progressLine(state: ProgressState): string {
  const share = state.rowsTotal === 0 ? 1 : Math.min(1, state.rowsDone / state.rowsTotal);
  const bar = "█".repeat(Math.round(share * WIDTH)).padEnd(WIDTH, "░");
  const rate = state.elapsedMs === 0 ? 0 : Math.round((state.events / state.elapsedMs) * 1_000);
  const parts = [`${bar} ${String(Math.floor(share * 100)).padStart(3)} %`, `${state.rows} rows`, `${state.events} events`, `${rate}/s`];
  if (state.faults > 0) parts.push(`${state.faults} faults`);
  return parts.join(" · ");
}

export function createProgress(out: NodeJS.WriteStream): Progress {
  let shownAt = 0;
  const interval = out.isTTY ? 100 : 5_000;
  return {
    show(state) {
      if (state.elapsedMs - shownAt < interval) return;
      shownAt = state.elapsedMs;
      out.write(out.isTTY ? `\r\u001b[K${progressLine(state)}` : `${progressLine(state)}\n`);
    },
    end(state) {
      out.write(`${out.isTTY ? "\r\u001b[K" : ""}${progressLine(state)}\n`);
    },
  };
}
