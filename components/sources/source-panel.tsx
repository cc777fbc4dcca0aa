"use client";
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, RadioTower } from "lucide-react";
import Link from "next/link";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import type { ReactNode } from "react";
import { PageHeader } from "#components/app/page-header.tsx";
import { Time } from "#components/app/time.tsx";
import { routes } from "#components/routes.ts";
import { isNotFound, messageOf, useTRPC } from "#components/rpc/client.tsx";
import { live } from "#components/rpc/live.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Empty, Failure, SkeletonRows } from "#components/ui/states.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import type { SourceView } from "#server/contracts/console/sources.ts";
import { durationInWords } from "#server/domain/definitions/in-words.ts";
import { BrowserAccess } from "./browser-access.tsx";
import { EventDebugger } from "./event-debugger.tsx";
import { KeysCard } from "./keys-card.tsx";
import { Refusals } from "./refusals.tsx";
import { kindWords } from "./sources-view.ts";
import { VolumesCard } from "./volumes-card.tsx";

const views = ["overview", "events", "refused"] as const;

export function SourcePanel({ id }: { id: string }) {
  const trpc = useTRPC();
  const source = useQuery(trpc.sources.show.queryOptions({ id }, live("slow")));
  if (source.data !== undefined) return <SourcePage view={source.data} />;
  if (source.isError && isNotFound(source.error)) return <Empty icon={RadioTower} title="There is no such source" />;
  if (source.isError) return <Failure message={messageOf(source.error)} onRetry={() => void source.refetch()} />;
  return <SkeletonRows rows={12} />;
}

function SourcePage({ view }: { view: SourceView }) {
  const [tab, setTab] = useQueryState("view", parseAsStringLiteral(views).withDefault("overview"));
  return (
    <>
      <PageHeader
        above={
          <Link
            href={routes.sources()}
            className="mb-1.5 inline-flex items-center gap-1 rounded-sm text-[13px] text-ink-soft hover:text-ink"
          >
            <ArrowLeft aria-hidden className="size-3.5" />
            Data sources
          </Link>
        }
        title={view.name}
        lead={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Badge>{view.kind}</Badge>
            {view.disabledAt !== null && <Badge tone="bad">disabled</Badge>}
            <span>{kindWords[view.kind]}</span>
          </span>
        }
      />
      <Tabs
        label={view.name}
        value={tab}
        onChange={(next) => void setTab(views.find((each) => each === next) ?? null)}
        tabs={[
          { value: "overview", label: "Overview", content: <Overview view={view} /> },
          { value: "events", label: "Live events", content: <EventDebugger sourceId={view.id} /> },
          { value: "refused", label: "Refused events", content: <Refusals sourceId={view.id} /> },
        ]}
      />
    </>
  );
}

function Overview({ view }: { view: SourceView }) {
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="grid min-w-0 gap-4">
        <VolumesCard view={view} />
        <KeysCard view={view} />
      </div>
      <div className="grid min-w-0 gap-4">
        <Card title="Set-up" id="set-up">
          <dl className="grid gap-2.5">
            <Row label="Send to">
              <span className="font-mono text-[13px] break-all">{view.url}/v1/batch</span>
            </Row>
            <Row label="Newest event">{view.newestAt === null ? "none in the last 24 hours" : <Time at={view.newestAt} relative />}</Row>
            <Row label="Known since">
              <Time at={view.createdAt} style="day" />
            </Row>
            <Row label="Old events">{ageInWords(view.triggerMaxAgeMs)}</Row>
          </dl>
        </Card>
        {view.kind === "browser" && <BrowserAccess view={view} />}
      </div>
    </div>
  );
}

function ageInWords(ms: number): string {
  if (ms === 0) return "Every event counts as history: it updates customers and starts no journey.";
  return `An event older than ${durationInWords(ms)} when it comes in counts as history: it updates the customer and starts no journey.`;
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[6.5rem_minmax(0,1fr)] gap-3">
      <dt className="text-ink-soft">{label}</dt>
      <dd className="text-pretty">{children}</dd>
    </div>
  );
}
