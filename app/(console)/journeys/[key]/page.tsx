import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { NotAllowed } from "#components/app/not-allowed.tsx";
import { JourneyPanel } from "#components/journeys/journey-panel.tsx";
import { readAhead } from "#server/api/prefetch.ts";
import { mayOpen } from "#server/api/request.ts";

export const metadata: Metadata = { title: "Journey" };

type Props = { params: Promise<{ key: string }>; searchParams: Promise<{ version?: string | string[] }> };

export default async function JourneyPage({ params, searchParams }: Props) {
  if (!(await mayOpen("journeys.read"))) return <NotAllowed />;
  const [{ key }, query] = await Promise.all([params, searchParams]);
  const asked = Number(query.version);
  const version = Number.isInteger(asked) && asked > 0 ? asked : null;
  const state = await readAhead((queries, client) => [client.prefetchQuery(queries.journeys.show.queryOptions({ key, version }))]);
  return (
    <HydrationBoundary state={state}>
      <JourneyPanel journeyKey={key} version={version} />
    </HydrationBoundary>
  );
}
