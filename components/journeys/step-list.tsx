import type { StepCounts } from "#components/canvas/journey-canvas.tsx";
import { Badge } from "#components/ui/badge.tsx";
import type { Step } from "./journey-graph.ts";
import { stepLooks } from "./step-look.ts";

/** The picture in words: the same steps, counts and ways, in the order in which one comes to them. */
export function StepList({ steps, counts }: { steps: readonly Step[]; counts: ReadonlyMap<string, StepCounts> }) {
  const titles = new Map(steps.map((step, index) => [step.id, `${index + 1}. ${step.title}`]));
  return (
    <ol className="grid">
      {steps.map((step, index) => {
        const { icon: Icon, label } = stepLooks[step.kind];
        const own = counts.get(step.id);
        return (
          <li key={step.id} className="flex gap-3 border-b px-4 py-3 last:border-b-0">
            <span className="w-5 pt-px text-right text-[13px] text-ink-soft tabular-nums">{index + 1}</span>
            <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-soft" />
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
                <span className="text-ink-soft">{label}:</span>
                <span className="font-medium">{step.title}</span>
                {own !== undefined && own.here > 0 && <Badge tone="accent">{own.here} here</Badge>}
                {own !== undefined && own.sent > 0 && <Badge>{own.sent} sent</Badge>}
                {own !== undefined && own.withheld > 0 && <Badge>{own.withheld} withheld</Badge>}
                {own !== undefined && own.failed > 0 && <Badge tone="bad">{own.failed} failed</Badge>}
              </p>
              {step.detail !== "" && <p className="text-[13px] text-ink-soft">{step.detail}</p>}
              {step.ways.length > 0 && (
                <p className="text-[13px] text-ink-soft">
                  {step.ways
                    .map((way) => `${way.label === "" ? "then" : `${way.label}:`} ${titles.get(way.to) ?? "a step that does not exist"}`)
                    .join(" · ")}
                </p>
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
