import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { NotAllowed } from "#components/app/not-allowed.tsx";
import { SourcePanel } from "#components/sources/source-panel.tsx";
import { readAhead } from "#server/api/prefetch.ts";
import { mayOpen } from "#server/api/request.ts";

export const metadata: Metadata = { title: "Data source" };

export default async function SourcePage({ params }: { params: Promise<{ id: string }> }) {
  if (!(await mayOpen("sources.read"))) return <NotAllowed />;
  const { id } = await params;
  const state = await readAhead((queries, client) => [client.prefetchQuery(queries.sources.show.queryOptions({ id }))]);
  return (
    <HydrationBoundary state={state}>
      <SourcePanel id={id} />
    </HydrationBoundary>
  );
}
