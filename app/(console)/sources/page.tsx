import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { NotAllowed } from "#components/app/not-allowed.tsx";
import { SourcesPanel } from "#components/sources/sources-panel.tsx";
import { readAhead } from "#server/api/prefetch.ts";
import { mayOpen } from "#server/api/request.ts";

export const metadata: Metadata = { title: "Data sources" };

export default async function SourcesPage() {
  if (!(await mayOpen("sources.read"))) return <NotAllowed />;
  const state = await readAhead((queries, client) => [client.prefetchQuery(queries.sources.list.queryOptions())]);
  return (
    <HydrationBoundary state={state}>
      <SourcesPanel />
    </HydrationBoundary>
  );
}
