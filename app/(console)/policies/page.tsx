import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { NotAllowed } from "#components/app/not-allowed.tsx";
import { PoliciesPanel } from "#components/definitions/policies-panel.tsx";
import { readAhead } from "#server/api/prefetch.ts";
import { mayOpen } from "#server/api/request.ts";

export const metadata: Metadata = { title: "Policies" };

export default async function PoliciesPage() {
  if (!(await mayOpen("definitions.read"))) return <NotAllowed />;
  const state = await readAhead((queries, client) => [client.prefetchQuery(queries.definitions.list.queryOptions({ kind: "policy" }))]);
  return (
    <HydrationBoundary state={state}>
      <PoliciesPanel />
    </HydrationBoundary>
  );
}
