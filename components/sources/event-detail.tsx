"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft, RotateCcw, SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { toast } from "sonner";
import { useMay } from "#components/app/session.tsx";
import { Time } from "#components/app/time.tsx";
import { routes } from "#components/routes.ts";
import { isNotFound, messageOf, useTRPC } from "#components/rpc/client.tsx";
import { live } from "#components/rpc/live.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Empty, Failure, SkeletonRows } from "#components/ui/states.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { EventView } from "#server/contracts/console/sources.ts";
import { fateWords, verdictWords } from "./sources-view.ts";

/** One event: how it was judged, what became of it, and what was sent. */
export function EventDetail({ id, onBack }: { id: string; onBack: () => void }) {
  const trpc = useTRPC();
  const event = useQuery(trpc.sources.event.queryOptions({ id }, live("pulse")));
  return (
    <Card flush className="min-w-0">
      <div className="border-b px-2 py-1 lg:hidden">
        <Button variant="quiet" size="sm" onClick={onBack}>
          <ArrowLeft aria-hidden />
          All events
        </Button>
      </div>
      {event.data !== undefined ? (
        <Body event={event.data} />
      ) : event.isError && isNotFound(event.error) ? (
        <Empty icon={SearchX} title="There is no such event" />
      ) : event.isError ? (
        <Failure message={messageOf(event.error)} onRetry={() => void event.refetch()} />
      ) : (
        <SkeletonRows />
      )}
    </Card>
  );
}

function Body({ event }: { event: EventView }) {
  const fate = fateWords[event.fate];
  return (
    <>
      <header className="grid gap-1 border-b px-4 py-3">
        <h2 className="flex flex-wrap items-center gap-2 text-base font-semibold break-words">
          {event.name ?? event.type}
          <Badge tone={fate.tone}>{fate.label}</Badge>
        </h2>
        <p className="break-words text-ink-soft">
          {event.type} from {event.source}, happened <Time at={event.occurredAt} />, came in <Time at={event.receivedAt} relative />
        </p>
      </header>
      <dl className="grid gap-3 border-b px-4 py-3.5">
        <Row label="Verdict">
          {verdictWords(event).map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </Row>
        <Row label="What became of it">
          <Fate event={event} />
        </Row>
        <Row label="About">
          <span className="font-mono text-[13px] break-all">{event.actor}</span>
          {event.customerId !== null && (
            <>
              {" · "}
              <TextLink href={routes.customer(event.customerId)}>the customer</TextLink>
            </>
          )}
        </Row>
        <Row label="Counts for">{event.signals.length === 0 ? "no signal now" : event.signals.join(", ")}</Row>
      </dl>
      <div className="px-4 py-3.5">
        <h3 className="mb-1.5 flex flex-wrap items-center gap-2 text-xs font-medium text-ink-soft">
          As it was stored
          {event.masked && <Badge>values hidden for your role</Badge>}
        </h3>
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (axe: scrollable-region-focusable)
          tabIndex={0}
          className="max-h-[32rem] overflow-auto rounded-md border bg-sunken/50 p-3 font-mono text-xs leading-relaxed break-words whitespace-pre-wrap"
        >
          {event.json}
        </pre>
      </div>
    </>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-x-4 gap-y-0.5 sm:grid-cols-[9rem_minmax(0,1fr)]">
      <dt className="text-ink-soft">{label}</dt>
      <dd className="min-w-0 text-pretty">{children}</dd>
    </div>
  );
}

function Fate({ event }: { event: EventView }) {
  if (event.quarantine !== null) return <Quarantined id={event.id} quarantine={event.quarantine} />;
  if (event.fate === "pending") {
    if (event.attempts === 0) return "Waits for a worker.";
    return `Waits to be tried again: ${event.attempts === 1 ? "one try" : `${event.attempts} tries`} failed.`;
  }
  if (event.processedAt === null) return "Processed.";
  return (
    <>
      Processed <Time at={event.processedAt} />.
    </>
  );
}

function Quarantined({ id, quarantine }: { id: string; quarantine: NonNullable<EventView["quarantine"]> }) {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const may = useMay("events.retry");
  const retry = useMutation(
    trpc.sources.retryEvent.mutationOptions({
      onSuccess: () => toast.success("The event is back on the work list."),
      onError: (error) => toast.error(messageOf(error)),
      onSettled: () => cache.invalidateQueries(trpc.sources.pathFilter()),
    }),
  );
  return (
    <>
      <p>
        Put aside <Time at={quarantine.at} relative /> after {quarantine.attempts} tries, so that it holds up nobody else:
      </p>
      <p className="mt-1 rounded-md bg-bad-soft px-2.5 py-1.5 font-mono text-xs break-words text-bad">{quarantine.reason}</p>
      {may && (
        <Button size="sm" className="mt-2" disabled={retry.isPending} onClick={() => retry.mutate({ id })}>
          <RotateCcw aria-hidden />
          Try again
        </Button>
      )}
    </>
  );
}
