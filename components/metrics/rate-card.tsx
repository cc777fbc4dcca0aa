import type { ReactNode } from "react";
import { formatCount, formatShare } from "#components/app/number.ts";
import { IntervalPlot } from "#components/charts/interval-plot.tsx";
import { cn } from "#components/class-names.ts";
import { Definition } from "#components/ui/definition.tsx";
import type { ComparisonView } from "#server/contracts/console/today.ts";
import { countsOf, scaleEnd, verdictOf } from "./rate-view.ts";

type Props = { id: string; title: string; better: "higher" | "lower"; comparison: ComparisonView; children: ReactNode };

/** One rate, those helped against those left alone, with what may be said about it. `children` is its definition. */
export function RateCard({ id, title, better, comparison, children }: Props) {
  const { helped, leftAlone } = comparison;
  const verdict = verdictOf(comparison, better);
  const max = scaleEnd(comparison);
  return (
    <section aria-labelledby={id} className="rounded-lg border bg-surface p-4 shadow-card">
      <div className="flex items-center gap-1">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        <Definition of={title}>{children}</Definition>
      </div>
      <dl className="mt-3 grid grid-cols-2 gap-4">
        <Figure label="Helped" group={helped} strong />
        <Figure label="Left alone" group={leftAlone} />
      </dl>
      <div className="mt-4">
        <IntervalPlot
          max={max}
          label={`${title}: helped ${countsOf(helped)}; left alone ${countsOf(leftAlone)}. ${verdict.text}`}
          rows={[
            { label: "helped", value: helped.share, ...helped.interval, strong: true },
            { label: "left alone", value: leftAlone.share, ...leftAlone.interval, strong: false },
          ]}
        />
        <div aria-hidden className="mt-1 flex justify-between text-[11px] text-ink-soft tabular-nums">
          <span>0 %</span>
          <span>{formatShare(max)}</span>
        </div>
      </div>
      <p
        className={cn(
          "mt-3 text-pretty",
          verdict.tone === "good" && "text-good",
          verdict.tone === "bad" && "text-bad",
          verdict.tone === "neutral" && "text-ink-soft",
        )}
      >
        {verdict.text}
      </p>
    </section>
  );
}

function Figure({ label, group, strong = false }: { label: string; group: ComparisonView["helped"]; strong?: boolean }) {
  return (
    <div>
      <dt className="flex items-center gap-1.5 text-[13px] text-ink-soft">
        <span aria-hidden className={cn("size-2 rounded-full", strong ? "bg-accent" : "bg-ink-soft")} />
        {label}
      </dt>
      <dd className="text-xl font-semibold tracking-[-0.01em] tabular-nums">{formatShare(group.share)}</dd>
      <dd className="text-[13px] text-ink-soft tabular-nums">
        {group.total === 0 ? "nobody yet" : `${formatCount(group.hits)} of ${formatCount(group.total)}`}
      </dd>
    </div>
  );
}
