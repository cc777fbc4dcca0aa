import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { NotAllowed } from "#components/app/not-allowed.tsx";
import { ResponsesPanel } from "#components/definitions/responses-panel.tsx";
import { readAhead } from "#server/api/prefetch.ts";
import { mayOpen } from "#server/api/request.ts";

export const metadata: Metadata = { title: "Responses" };

export default async function ResponsesPage() {
  if (!(await mayOpen("definitions.read"))) return <NotAllowed />;
  const state = await readAhead((queries, client) => [client.prefetchQuery(queries.definitions.list.queryOptions({ kind: "response" }))]);
  return (
    <HydrationBoundary state={state}>
      <ResponsesPanel />
    </HydrationBoundary>
  );
}
