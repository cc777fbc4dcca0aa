"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Pause, Play, Radio } from "lucide-react";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { LoadMore } from "#components/app/load-more.tsx";
import { formatCount } from "#components/app/number.ts";
import { SearchField } from "#components/app/search-field.tsx";
import { useMay } from "#components/app/session.tsx";
import { Time } from "#components/app/time.tsx";
import { cn } from "#components/class-names.ts";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { live } from "#components/rpc/live.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Select } from "#components/ui/select.tsx";
import { Empty, Failure, SkeletonRows } from "#components/ui/states.tsx";
import { type EventSummary, eventTypes } from "#server/contracts/console/sources.ts";
import { EventDetail } from "./event-detail.tsx";
import { fateWords } from "./sources-view.ts";

const EVERY = "every";
const fates = ["pending", "quarantined"] as const;

/** The newest events as they come in; each opens what was sent and what became of it. */
export function EventDebugger({ sourceId }: { sourceId: string | null }) {
  const trpc = useTRPC();
  const identify = useMay("customers.identify");
  const [paused, setPaused] = useState(false);
  const [filters, setFilters] = useQueryStates({
    type: parseAsStringLiteral(eventTypes),
    name: parseAsString.withDefault(""),
    actor: parseAsString.withDefault(""),
    fate: parseAsStringLiteral(fates),
    event: parseAsString,
  });
  const { type, name, actor, fate } = filters;
  const events = useInfiniteQuery(
    trpc.sources.events.infiniteQueryOptions(
      { sourceId, type, name, actor, fate },
      {
        getNextPageParam: (page) => page.next,
        placeholderData: (before) => before,
        refetchOnWindowFocus: !paused,
        ...(paused ? {} : live("pulse")),
      },
    ),
  );
  const items = events.data?.pages.flatMap((page) => page.items) ?? [];
  const looked = events.data?.pages.reduce((sum, page) => sum + page.looked, 0) ?? 0;
  const filtered = type !== null || name !== "" || actor !== "" || fate !== null;
  const open = filters.event;
  return (
    <>
      <div className={cn("mb-3 flex flex-wrap items-center gap-2", open !== null && "max-lg:hidden")}>
        <Button aria-pressed={paused} onClick={() => setPaused(!paused)} className="w-28">
          {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
          {paused ? "Go on" : "Pause"}
        </Button>
        <Select
          label="Type"
          value={type ?? EVERY}
          onChange={(next) => void setFilters({ type: eventTypes.find((each) => each === next) ?? null })}
          options={[{ value: EVERY, label: "All types" }, ...eventTypes.map((each) => ({ value: each, label: each }))]}
        />
        <Select
          label="What became of it"
          value={fate ?? EVERY}
          onChange={(next) => void setFilters({ fate: fates.find((each) => each === next) ?? null })}
          options={[
            { value: EVERY, label: "Whatever became of it" },
            { value: "pending", label: "Waiting" },
            { value: "quarantined", label: "Put aside" },
          ]}
        />
        <SearchField
          label="Event name"
          placeholder="Beginning of the event's name"
          value={name}
          onChange={(next) => void setFilters({ name: next || null })}
        />
        <SearchField
          label="Actor"
          placeholder={identify ? "Exact userId or anonymousId" : "Exact userId"}
          value={actor}
          onChange={(next) => void setFilters({ actor: next || null })}
        />
      </div>
      <p role="status" className="sr-only">
        {paused ? "Paused: no new events appear." : "New events appear by themselves."}
      </p>
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(20rem,26rem)_minmax(0,1fr)]">
        <Card flush className={open !== null ? "max-lg:hidden" : ""}>
          {events.isPending ? (
            <SkeletonRows rows={10} />
          ) : events.isError && items.length === 0 ? (
            <Failure message={messageOf(events.error)} onRetry={() => void events.refetch()} />
          ) : items.length === 0 ? (
            <Empty icon={Radio} title={filtered ? "No event matches" : "No event yet"}>
              {events.hasNextPage ? (
                <>
                  None among the newest {formatCount(looked)}.
                  <Button size="sm" className="mt-3 block" disabled={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>
                    Look further back
                  </Button>
                </>
              ) : filtered ? (
                "Try fewer letters, or another filter."
              ) : (
                "Send one with a key of a source: it appears here within seconds."
              )}
            </Empty>
          ) : (
            <>
              <EventList items={items} selected={open} onSelect={(event) => void setFilters({ event }, { history: "push" })} />
              <LoadMore query={events} count={items.length} noun={{ one: "event", many: "events" }} />
            </>
          )}
        </Card>
        {open === null ? (
          <div className="max-lg:hidden">
            {items.length > 0 && (
              <Card>
                <Empty icon={Radio} title="Choose an event to see what was sent and what became of it" />
              </Card>
            )}
          </div>
        ) : (
          <EventDetail id={open} onBack={() => void setFilters({ event: null })} />
        )}
      </div>
    </>
  );
}

function EventList({ items, selected, onSelect }: { items: EventSummary[]; selected: string | null; onSelect: (id: string) => void }) {
  return (
    <ul aria-label="Events">
      {items.map((item) => (
        <li key={item.id} className="border-b last:border-b-0">
          <button
            type="button"
            aria-current={item.id === selected ? "true" : undefined}
            onClick={() => onSelect(item.id)}
            className={cn(
              "grid w-full gap-0.5 px-4 py-2 text-left -outline-offset-2",
              item.id === selected ? "bg-accent-soft" : "hover:bg-sunken/60",
            )}
          >
            <span className="flex items-baseline justify-between gap-3">
              <span className="truncate font-medium">{item.name ?? item.type}</span>
              <span className="shrink-0 text-xs text-ink-soft">
                <Time at={item.receivedAt} relative />
              </span>
            </span>
            <span className="flex items-center justify-between gap-3 text-[13px] text-ink-soft">
              <span className="truncate">
                {item.type} · {item.source} · <span className="font-mono text-xs">{item.actor}</span>
              </span>
              <Badge tone={fateWords[item.fate].tone}>{fateWords[item.fate].label}</Badge>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
