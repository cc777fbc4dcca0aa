import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { NotAllowed } from "#components/app/not-allowed.tsx";
import { DeliveryPanel } from "#components/deliveries/delivery-panel.tsx";
import { readAhead } from "#server/api/prefetch.ts";
import { mayOpen } from "#server/api/request.ts";

export const metadata: Metadata = { title: "Message" };

export default async function DeliveryPage({ params }: { params: Promise<{ id: string }> }) {
  if (!(await mayOpen("deliveries.read"))) return <NotAllowed />;
  const { id } = await params;
  const state = await readAhead((queries, client) => [client.prefetchQuery(queries.deliveries.show.queryOptions({ id }))]);
  return (
    <HydrationBoundary state={state}>
      <DeliveryPanel id={id} />
    </HydrationBoundary>
  );
}
