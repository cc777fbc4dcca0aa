import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { NotAllowed } from "#components/app/not-allowed.tsx";
import { SignalsPanel } from "#components/definitions/signals-panel.tsx";
import { readAhead } from "#server/api/prefetch.ts";
import { mayOpen } from "#server/api/request.ts";

export const metadata: Metadata = { title: "Signals" };

export default async function SignalsPage() {
  if (!(await mayOpen("definitions.read"))) return <NotAllowed />;
  const state = await readAhead((queries, client) => [client.prefetchQuery(queries.definitions.list.queryOptions({ kind: "signal" }))]);
  return (
    <HydrationBoundary state={state}>
      <SignalsPanel />
    </HydrationBoundary>
  );
}
