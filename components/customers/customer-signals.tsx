"use client";
import dynamic from "next/dynamic";
import { useSession } from "#components/app/session.tsx";
import { formatTime, Time } from "#components/app/time.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Definition } from "#components/ui/definition.tsx";
import { Skeleton } from "#components/ui/states.tsx";
import type { CustomerView, SignalView } from "#server/contracts/console/customers.ts";
import { durationInWords } from "#server/domain/definitions/in-words.ts";

const DecayCurve = dynamic(() => import("#components/charts/decay-curve.tsx"), {
  ssr: false,
  loading: () => <Skeleton className="h-[92px]" />,
});

/** What the product notices about a customer now, and how it will fade. */
export function CustomerSignals({ view }: { view: CustomerView }) {
  return (
    <Card
      title="Now"
      id="now"
      aside={
        <Definition of="Strength">
          Each clue fades: after its half-life it counts half. Strength runs from 0 to 100 %; confidence says how far the clue can be
          trusted. The curve shows the strength from now on if nothing else happens.
        </Definition>
      }
    >
      {view.situations.length === 0 && view.signals.length === 0 && (
        <p className="text-ink-soft">Nothing unusual: no clue has any strength left.</p>
      )}
      {view.situations.length > 0 && (
        <ul className="mb-4 grid gap-2.5">
          {view.situations.map((each) => (
            <li key={each.key}>
              <p className="flex flex-wrap items-center gap-2 font-medium">
                {each.name}
                <Badge tone="accent">score {each.score.toFixed(2)}</Badge>
              </p>
              <p className="text-[13px] text-pretty text-ink-soft first-letter:uppercase">{each.meaning}</p>
              <p className="text-xs text-ink-soft">
                for the {ordinal(each.episode)} time, since <Time at={each.enteredAt} relative />
              </p>
            </li>
          ))}
        </ul>
      )}
      <ul className="grid gap-5">
        {view.signals.map((signal) => (
          <Signal key={signal.key} signal={signal} />
        ))}
      </ul>
    </Card>
  );
}

const endings = new Intl.PluralRules("en", { type: "ordinal" });
const suffixes: Record<string, string> = { one: "st", two: "nd", few: "rd" };

function ordinal(value: number): string {
  return `${value}${suffixes[endings.select(value)] ?? "th"}`;
}

const DAY_MS = 86_400_000;

function Signal({ signal }: { signal: SignalView }) {
  const { company } = useSession();
  const first = signal.curve[0]?.at ?? 0;
  const last = signal.curve.at(-1)?.at ?? 0;
  const style = last - first > 2 * DAY_MS ? "day" : "clock";
  const percent = Math.round(signal.strength * 100);
  return (
    <li>
      <div className="flex items-baseline justify-between gap-3">
        <p className="font-medium">{signal.name}</p>
        <p className="tabular-nums">{percent} %</p>
      </div>
      <p className="text-[13px] text-pretty text-ink-soft first-letter:uppercase">{signal.clue}</p>
      <div className="mt-1.5">
        <DecayCurve
          data={signal.curve.map((point) => ({ label: formatTime(point.at, company.timezone, style), strength: point.strength }))}
        />
      </div>
      <p className="text-xs text-ink-soft">
        Half-life {durationInWords(signal.halfLifeMs)} · confidence {Math.round(signal.confidence * 100)} %
        {signal.lastHitAt !== null && (
          <>
            {" "}
            · last seen <Time at={signal.lastHitAt} relative />
          </>
        )}
      </p>
    </li>
  );
}
