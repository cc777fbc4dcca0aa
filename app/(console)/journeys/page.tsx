import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { NotAllowed } from "#components/app/not-allowed.tsx";
import { JourneysPanel } from "#components/journeys/journeys-panel.tsx";
import { readAhead } from "#server/api/prefetch.ts";
import { mayOpen } from "#server/api/request.ts";

export const metadata: Metadata = { title: "Journeys" };

export default async function JourneysPage() {
  if (!(await mayOpen("journeys.read"))) return <NotAllowed />;
  const state = await readAhead((queries, client) => [client.prefetchQuery(queries.journeys.list.queryOptions())]);
  return (
    <HydrationBoundary state={state}>
      <JourneysPanel />
    </HydrationBoundary>
  );
}
