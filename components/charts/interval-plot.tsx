type Row = { label: string; low: number; high: number; value: number | null; strong: boolean };

/** Shares with their intervals on one scale: a bar for where the truth lies, a dot for what was counted. */
export function IntervalPlot({ rows, max, label }: { rows: readonly Row[]; max: number; label: string }) {
  const at = (share: number) => `${Math.min(100, (share / max) * 100)}%`;
  return (
    <div role="img" aria-label={label} className="grid gap-2">
      {rows.map((row) => (
        <div key={row.label} className="relative h-3.5 rounded-full bg-sunken">
          {row.value !== null && (
            <>
              <div
                className={`absolute inset-y-1 rounded-full ${row.strong ? "bg-accent/45" : "bg-line-strong/60"}`}
                style={{ left: at(row.low), width: `calc(${at(row.high)} - ${at(row.low)})` }}
              />
              <div
                className={`absolute top-1/2 size-2.5 -translate-1/2 rounded-full ring-2 ring-surface ${row.strong ? "bg-accent" : "bg-ink-soft"}`}
                style={{ left: at(row.value) }}
              />
            </>
          )}
        </div>
      ))}
    </div>
  );
}
