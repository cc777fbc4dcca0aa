"use client";
import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { formatCount, formatShort } from "#components/app/number.ts";
import { PageHeader } from "#components/app/page-header.tsx";
import { Time } from "#components/app/time.tsx";
import { cn } from "#components/class-names.ts";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { live } from "#components/rpc/live.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { Failure, Skeleton } from "#components/ui/states.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { type DeliveryCounts, messageStates } from "#server/contracts/console/deliveries.ts";
import { channels } from "#server/domain/definitions/common-fields.ts";
import { stateWords } from "./deliveries-view.ts";
import { DeliveryList } from "./delivery-list.tsx";
import { PreventedList } from "./prevented-list.tsx";

const EVERY = "every";
const views = ["messages", "prevented"] as const;

export function DeliveriesPanel() {
  const trpc = useTRPC();
  const [state, setState] = useQueryStates({
    view: parseAsStringLiteral(views).withDefault("messages"),
    state: parseAsStringLiteral(messageStates),
    channel: parseAsString,
    journey: parseAsString,
    day: parseAsString,
  });
  const filters = { channel: state.channel, journey: state.journey, day: state.day };
  const journeys = useQuery(trpc.journeys.list.queryOptions());
  const counts = useQuery(trpc.deliveries.counts.queryOptions(filters, { placeholderData: (before) => before, ...live("slow") }));
  return (
    <>
      <PageHeader title="Deliveries" lead="Every message, what became of it, and what was kept from reaching somebody twice." />
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <Select
          label="Channel"
          value={state.channel ?? EVERY}
          onChange={(value) => void setState({ channel: value === EVERY ? null : value })}
          options={[
            { value: EVERY, label: "All channels" },
            ...channels.map((each) => ({ value: each, label: each.replaceAll("_", " ") })),
          ]}
        />
        <Select
          label="Journey"
          value={state.journey ?? EVERY}
          onChange={(value) => void setState({ journey: value === EVERY ? null : value })}
          options={[
            { value: EVERY, label: "All journeys" },
            ...(journeys.data ?? []).map((each) => ({ value: each.key, label: each.name })),
          ]}
        />
        <Input
          type="date"
          aria-label="Day"
          value={state.day ?? ""}
          onChange={(event) => void setState({ day: event.target.value || null })}
          className="w-auto"
        />
        {state.day !== null && (
          <Button variant="quiet" onClick={() => void setState({ day: null })}>
            Last seven days
          </Button>
        )}
      </div>
      {counts.data !== undefined ? (
        <>
          <Unknowns counts={counts.data} onShow={() => void setState({ view: null, state: "unknown" })} />
          <Counts counts={counts.data} chosen={state.state} onChoose={(next) => void setState({ view: null, state: next })} />
        </>
      ) : counts.isError ? (
        <Card flush className="mb-4">
          <Failure message={messageOf(counts.error)} onRetry={() => void counts.refetch()} />
        </Card>
      ) : (
        <Skeleton className="mb-4 h-16" />
      )}
      <Tabs
        label="Deliveries"
        value={state.view}
        onChange={(next) => void setState({ view: views.find((each) => each === next) ?? null })}
        tabs={[
          { value: "messages", label: "Messages", content: <DeliveryList filters={filters} state={state.state} /> },
          {
            value: "prevented",
            label: "Kept from going twice",
            content: <PreventedList filters={filters} counts={counts.data?.prevented ?? []} />,
          },
        ]}
      />
    </>
  );
}

type State = DeliveryCounts["states"][number]["state"];

/** How many there are of each state; each is a filter. */
function Counts({ counts, chosen, onChoose }: { counts: DeliveryCounts; chosen: State | null; onChoose: (state: State | null) => void }) {
  return (
    <fieldset className="mb-4">
      <legend className="sr-only">Show only messages in one state</legend>
      <div className="grid grid-cols-3 gap-2 sm:grid-cols-5 lg:grid-cols-9">
        {counts.states.map(({ state, count }) => (
          <button
            key={state}
            type="button"
            aria-pressed={chosen === state}
            title={stateWords[state].meaning}
            onClick={() => onChoose(chosen === state ? null : state)}
            className={cn(
              "grid rounded-md border px-3 py-2 text-left transition-colors",
              chosen === state ? "border-accent bg-accent-soft" : "bg-surface hover:bg-sunken",
            )}
          >
            <span className="text-[13px] text-ink-soft">{stateWords[state].label}</span>
            <span
              className={cn(
                "text-lg font-semibold tabular-nums",
                count > 0 && state === "failed" && "text-bad",
                count > 0 && state === "unknown" && "text-warn",
              )}
            >
              {formatShort(count)}
            </span>
          </button>
        ))}
      </div>
      <p className="mt-1.5 text-[13px] text-ink-soft">
        {chosen === null ? (
          <>
            Begun since <Time at={counts.from} style="day" />.
          </>
        ) : (
          stateWords[chosen].meaning
        )}
      </p>
    </fieldset>
  );
}

/** What to do about messages nobody knows the end of. */
function Unknowns({ counts, onShow }: { counts: DeliveryCounts; onShow: () => void }) {
  const unknown = counts.states.find((each) => each.state === "unknown")?.count ?? 0;
  if (unknown === 0) return null;
  return (
    <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border bg-warn-soft px-4 py-3">
      <TriangleAlert aria-hidden className="size-4 shrink-0 text-warn" />
      <p className="min-w-0 flex-1 basis-72 text-pretty">
        {unknown === 1 ? "One message is" : `${formatCount(unknown)} messages are`} unknown: the provider’s answer never came. Look it up in
        the provider’s log, or ask the customer, and mark it. It is never sent again by itself, nor by marking it.
      </p>
      <Button size="sm" onClick={onShow}>
        Show {unknown === 1 ? "it" : "them"}
      </Button>
    </div>
  );
}
