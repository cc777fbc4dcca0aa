"use client";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { formatCount, formatShort } from "#components/app/number.ts";
import { PageHeader } from "#components/app/page-header.tsx";
import { useMay, useSession } from "#components/app/session.tsx";
import { formatTime, Time } from "#components/app/time.tsx";
import { RateCard } from "#components/metrics/rate-card.tsx";
import { routes } from "#components/routes.ts";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { live } from "#components/rpc/live.ts";
import { Card } from "#components/ui/card.tsx";
import { Definition } from "#components/ui/definition.tsx";
import { Failure, Skeleton, SkeletonRows } from "#components/ui/states.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { TodayView } from "#server/contracts/console/today.ts";
import { Attention } from "./attention.tsx";

const MinuteBars = dynamic(() => import("#components/charts/minute-bars.tsx"), {
  ssr: false,
  loading: () => <Skeleton className="h-[150px]" />,
});

export function TodayPanel() {
  const trpc = useTRPC();
  const today = useQuery(trpc.today.read.queryOptions(undefined, live("pulse")));
  return (
    <>
      <PageHeader title="Today" lead="Is help working, is anything wrong, and how the road from event to message runs." />
      {today.data !== undefined ? (
        <TodayCards view={today.data} />
      ) : today.isError ? (
        <Failure message={messageOf(today.error)} onRetry={() => void today.refetch()} />
      ) : (
        <SkeletonRows rows={10} />
      )}
    </>
  );
}

function TodayCards({ view }: { view: TodayView }) {
  return (
    <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
      <RateCard id="contact-rate" title="Contact rate" better="lower" comparison={view.contactRate}>
        The share of customers who opened a support case within {view.contactDays} days after help was due. “Left alone” are customers who
        would have been helped but belong to the group that measures what happens without help. Each customer counts once, over the last{" "}
        {view.windowDays} days. The bars are 95 % Wilson intervals, the difference a Newcombe interval.
      </RateCard>
      <RateCard id="goal-rate" title="Goal rate" better="higher" comparison={view.goalRate}>
        The share of customers who reached the goal of their journey after help was due, over the last {view.windowDays} days. Both groups
        are counted by the same rule, from the moment help was due, whether it was sent or withheld.
      </RateCard>
      <Card title="Needs attention" id="attention">
        <Attention view={view} />
      </Card>
      <Messages view={view} />
      <Pulse view={view} />
    </div>
  );
}

function Messages({ view }: { view: TodayView }) {
  const outbox = useMay("outbox.read");
  const { sent, waiting, failed, withheld } = view.messages;
  const silent = view.verdicts.filter((each) => each.verdict === "SUPPRESS").reduce((sum, each) => sum + each.count, 0);
  return (
    <Card title="Messages, last 24 hours" id="messages" aside={outbox && <TextLink href={routes.outbox()}>Outbox</TextLink>}>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-4 sm:grid-cols-5 lg:grid-cols-3 xl:grid-cols-5">
        <Figure label="Sent" value={sent} definition="Handed to a provider and accepted, delivered ones included." />
        <Figure label="Waiting" value={waiting} definition="Decided and on the way, or held back by a pause." />
        <Figure label="Failed" value={failed} bad={failed > 0} definition="Refused for good, or the provider’s answer never came." />
        <Figure label="Withheld" value={withheld} definition="Would have been sent, but the customer is in the group that is left alone." />
        <Figure
          label="Kept silent"
          value={silent}
          definition="Decisions not to speak: consent, preferences, caps, quiet hours and the other guards."
        />
      </dl>
    </Card>
  );
}

function Pulse({ view }: { view: TodayView }) {
  const { company } = useSession();
  const received = view.minutes.reduce((sum, each) => sum + each.received, 0);
  const processed = view.minutes.reduce((sum, each) => sum + each.processed, 0);
  return (
    <Card title="Pulse of the road" id="pulse" className="lg:col-span-2" aside={<>last {view.minutes.length} minutes</>}>
      <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div>
          <MinuteBars
            data={view.minutes.map((each) => ({
              label: formatTime(each.minute, company.timezone, "clock"),
              received: each.received,
              processed: each.processed,
            }))}
          />
          <p className="mt-1 flex gap-4 text-xs text-ink-soft">
            <span className="flex items-center gap-1.5">
              <span aria-hidden className="size-2 rounded-xs bg-accent" />
              Received {formatCount(received)}
            </span>
            <span className="flex items-center gap-1.5">
              <span aria-hidden className="size-2 rounded-xs bg-line-strong" />
              Processed {formatCount(processed)}
            </span>
          </p>
        </div>
        <dl className="grid grid-cols-2 content-start gap-4">
          <Figure
            label="Waiting events"
            value={view.backlog.count}
            more={view.backlog.more}
            definition="Accepted events that no worker has processed yet. They are safe: each is stored before it is answered."
          />
          <div>
            <Label definition="How long the oldest waiting event has been waiting.">Oldest waiting</Label>
            <dd className="text-xl font-semibold">{view.backlog.oldestAt === null ? "–" : <Time at={view.backlog.oldestAt} relative />}</dd>
          </div>
          <Figure
            label="Timers due"
            value={view.dueTimers}
            definition="Waits, deadlines and held decisions whose time has come and that wait for a worker."
          />
          <Figure
            label="Refused events"
            value={view.rejectedToday}
            definition="Events that were not accepted in the last 24 hours: not valid, too large, or not allowed."
          />
        </dl>
      </div>
    </Card>
  );
}

function Label({ children, definition }: { children: string; definition: string }) {
  return (
    <dt className="flex items-center gap-0.5 text-[13px] text-ink-soft">
      {children}
      <Definition of={children}>{definition}</Definition>
    </dt>
  );
}

function Figure({
  label,
  value,
  definition,
  bad = false,
  more = false,
}: {
  label: string;
  value: number;
  definition: string;
  bad?: boolean;
  more?: boolean;
}) {
  return (
    <div>
      <Label definition={definition}>{label}</Label>
      <dd className={`text-xl font-semibold tabular-nums ${bad ? "text-bad" : ""}`} title={formatCount(value)}>
        {more && "over "}
        {formatShort(value)}
      </dd>
    </div>
  );
}
