import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { NotAllowed } from "#components/app/not-allowed.tsx";
import { CustomerPanel } from "#components/customers/customer-panel.tsx";
import { readAhead } from "#server/api/prefetch.ts";
import { mayOpen } from "#server/api/request.ts";

export const metadata: Metadata = { title: "Customer" };

export default async function CustomerPage({ params }: { params: Promise<{ id: string }> }) {
  if (!(await mayOpen("customers.read"))) return <NotAllowed />;
  const { id } = await params;
  const state = await readAhead((queries, client) => [client.prefetchQuery(queries.customers.show.queryOptions({ id }))]);
  return (
    <HydrationBoundary state={state}>
      <CustomerPanel id={id} />
    </HydrationBoundary>
  );
}
