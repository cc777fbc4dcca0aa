"use client";
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Waypoints } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useMemo } from "react";
import { formatShort } from "#components/app/number.ts";
import { PageHeader } from "#components/app/page-header.tsx";
import { useMay } from "#components/app/session.tsx";
import type { StepCounts } from "#components/canvas/journey-canvas.tsx";
import { RateCard } from "#components/metrics/rate-card.tsx";
import { routes } from "#components/routes.ts";
import { isNotFound, messageOf, useTRPC } from "#components/rpc/client.tsx";
import { live } from "#components/rpc/live.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Empty, Failure, Skeleton, SkeletonRows } from "#components/ui/states.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { JourneyView } from "#server/contracts/console/journeys.ts";
import { JourneyFacts } from "./journey-facts.tsx";
import { stepsOf } from "./journey-graph.ts";
import { JourneyStatus } from "./journey-status.tsx";
import { StepList } from "./step-list.tsx";
import { VersionHistory } from "./version-history.tsx";

const JourneyCanvas = dynamic(() => import("#components/canvas/journey-canvas.tsx"), {
  ssr: false,
  loading: () => <Skeleton className="size-full rounded-none" />,
});

export function JourneyPanel({ journeyKey, version }: { journeyKey: string; version: number | null }) {
  const trpc = useTRPC();
  const journey = useQuery(
    trpc.journeys.show.queryOptions({ key: journeyKey, version }, { placeholderData: (before) => before, ...live("slow") }),
  );
  if (journey.data !== undefined) return <JourneyPage view={journey.data} />;
  if (journey.isError && isNotFound(journey.error)) return <Empty icon={Waypoints} title="There is no such journey or version" />;
  if (journey.isError) return <Failure message={messageOf(journey.error)} onRetry={() => void journey.refetch()} />;
  return <SkeletonRows rows={12} />;
}

function JourneyPage({ view }: { view: JourneyView }) {
  return (
    <>
      <PageHeader
        above={
          <Link
            href={routes.journeys()}
            className="mb-1.5 inline-flex items-center gap-1 rounded-sm text-[13px] text-ink-soft hover:text-ink"
          >
            <ArrowLeft aria-hidden className="size-3.5" />
            Journeys
          </Link>
        }
        title={
          <span className="inline-flex flex-wrap items-center gap-2.5">
            {view.name}
            <JourneyStatus liveVersion={view.liveVersion} draft={false} suspendedReason={view.suspendedReason} />
          </span>
        }
        lead={view.definition.description}
      />
      {view.suspendedReason !== null && <p className="mb-4 rounded-lg bg-bad-soft px-4 py-3 text-bad">Suspended: {view.suspendedReason}</p>}
      {view.version !== view.liveVersion && view.liveVersion !== null && (
        <p className="mb-4 rounded-lg bg-warn-soft px-4 py-3 text-warn">
          You are reading version {view.version} ({view.status}). Live is{" "}
          <TextLink href={routes.journey(view.key)}>version {view.liveVersion}</TextLink>.
        </p>
      )}
      <Counts view={view} />
      <div className="mt-4 grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <Picture view={view} />
        <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-1">
          <JourneyFacts view={view} />
          <Verdicts view={view} />
          <VersionHistory view={view} />
        </div>
      </div>
      <div className="mt-4 grid grid-cols-1 gap-4 lg:grid-cols-2">
        <RateCard id="goal-rate" title="Goal rate" better="higher" comparison={view.goalRate}>
          The share of customers who reached the goal of this journey after help was due, over the last {view.windowDays} days.
        </RateCard>
        <RateCard id="contact-rate" title="Contact rate" better="lower" comparison={view.contactRate}>
          The share of customers who opened a support case within {view.contactDays} days after help of this journey was due, over the last{" "}
          {view.windowDays} days.
        </RateCard>
      </div>
    </>
  );
}

function Counts({ view }: { view: JourneyView }) {
  const { counts } = view;
  const customers = useMay("customers.read");
  const outbox = useMay("outbox.read");
  const figures = [
    { label: "Entered", value: counts.entered, href: null },
    { label: "Inside now", value: counts.active, href: customers ? routes.customers({ journey: view.key }) : null },
    { label: "Sent", value: counts.sent, href: outbox ? routes.outbox({ journey: view.key }) : null },
    { label: "Withheld", value: counts.withheld, href: null },
    { label: "Goal reached", value: counts.goals, href: null },
  ];
  return (
    <dl className="grid grid-cols-2 overflow-hidden rounded-lg border bg-surface shadow-card sm:grid-cols-5">
      {figures.map((figure) => (
        <div key={figure.label} className="border-b px-4 py-3 last:border-b-0 odd:border-r sm:border-r sm:border-b-0 sm:last:border-r-0">
          <dt className="text-[13px] text-ink-soft">{figure.label}</dt>
          <dd className="text-xl font-semibold tabular-nums">
            {figure.href === null ? formatShort(figure.value) : <TextLink href={figure.href}>{formatShort(figure.value)}</TextLink>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

const views = ["picture", "list"] as const;

function Picture({ view }: { view: JourneyView }) {
  const [shown, setShown] = useQueryState("view", parseAsStringLiteral(views).withDefault("picture"));
  const steps = useMemo(() => stepsOf(view.definition, view.names), [view.definition, view.names]);
  const counts = useMemo(() => new Map<string, StepCounts>(view.nodes.map(({ node, ...own }) => [node, own])), [view.nodes]);
  return (
    <Tabs
      label="Steps of the journey"
      value={shown}
      onChange={(value) => void setShown(views.find((each) => each === value) ?? "picture")}
      tabs={[
        {
          value: "picture",
          label: "Picture",
          content: (
            <>
              <p className="sr-only">A drawing of the steps. The tab “Steps as a list” says the same in words.</p>
              <div className="h-[36rem] overflow-hidden rounded-lg border max-sm:h-[28rem]">
                <JourneyCanvas steps={steps} counts={counts} />
              </div>
            </>
          ),
        },
        {
          value: "list",
          label: "Steps as a list",
          content: (
            <Card flush>
              <StepList steps={steps} counts={counts} />
            </Card>
          ),
        },
      ]}
    />
  );
}

function Verdicts({ view }: { view: JourneyView }) {
  const total = view.verdicts.reduce((sum, each) => sum + each.count, 0);
  return (
    <Card title="Decisions" id="decisions" aside={`last ${view.verdictDays} days`}>
      {total === 0 ? (
        <p className="text-ink-soft">Nothing was decided for this journey.</p>
      ) : (
        <ul className="grid gap-1.5">
          {view.verdicts.map((each) => (
            <li key={`${each.verdict}${each.guard}`} className="flex items-center justify-between gap-3">
              <span className="flex items-center gap-2">
                <Badge tone={each.verdict === "SEND" ? "good" : each.verdict === "SUPPRESS" ? "warn" : "neutral"}>{each.verdict}</Badge>
                <span className="text-ink-soft">{each.guard === null ? "nothing in the way" : each.guard.replaceAll("_", " ")}</span>
              </span>
              <span className="tabular-nums">{formatShort(each.count)}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
