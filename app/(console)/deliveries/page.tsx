import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { NotAllowed } from "#components/app/not-allowed.tsx";
import { DeliveriesPanel } from "#components/deliveries/deliveries-panel.tsx";
import { readAhead } from "#server/api/prefetch.ts";
import { mayOpen } from "#server/api/request.ts";

export const metadata: Metadata = { title: "Deliveries" };

export default async function DeliveriesPage() {
  if (!(await mayOpen("deliveries.read"))) return <NotAllowed />;
  const state = await readAhead((queries, client) => [
    client.prefetchQuery(queries.deliveries.counts.queryOptions({ channel: null, journey: null, day: null })),
  ]);
  return (
    <HydrationBoundary state={state}>
      <DeliveriesPanel />
    </HydrationBoundary>
  );
}
