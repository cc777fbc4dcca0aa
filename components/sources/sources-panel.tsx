"use client";
import { useQuery } from "@tanstack/react-query";
import { RadioTower } from "lucide-react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { PageHeader } from "#components/app/page-header.tsx";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { live } from "#components/rpc/live.ts";
import { Card } from "#components/ui/card.tsx";
import { Empty, Failure, SkeletonRows } from "#components/ui/states.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { EventDebugger } from "./event-debugger.tsx";
import { Refusals } from "./refusals.tsx";
import { SourceTable } from "./source-table.tsx";

const views = ["list", "events", "refused"] as const;

export function SourcesPanel() {
  const [view, setView] = useQueryState("view", parseAsStringLiteral(views).withDefault("list"));
  return (
    <>
      <PageHeader title="Data sources" lead="Where events come from, whether they arrive, and what to do about those that do not." />
      <Tabs
        label="Data sources"
        value={view}
        onChange={(next) => void setView(views.find((each) => each === next) ?? null)}
        tabs={[
          { value: "list", label: "Sources", content: <List /> },
          { value: "events", label: "Live events", content: <EventDebugger sourceId={null} /> },
          { value: "refused", label: "Refused events", content: <Refusals sourceId={null} /> },
        ]}
      />
    </>
  );
}

function List() {
  const trpc = useTRPC();
  const list = useQuery(trpc.sources.list.queryOptions(undefined, live("slow")));
  return (
    <Card flush>
      {list.data !== undefined ? (
        list.data.sources.length === 0 ? (
          <Empty icon={RadioTower} title="No source yet">
            The first start makes one for servers, one for web pages and one for imports.
          </Empty>
        ) : (
          <SourceTable list={list.data} />
        )
      ) : list.isError ? (
        <Failure message={messageOf(list.error)} onRetry={() => void list.refetch()} />
      ) : (
        <SkeletonRows />
      )}
    </Card>
  );
}
