import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { NotAllowed } from "#components/app/not-allowed.tsx";
import { TodayPanel } from "#components/today/today-panel.tsx";
import { readAhead } from "#server/api/prefetch.ts";
import { mayOpen } from "#server/api/request.ts";

export const metadata: Metadata = { title: "Today" };

export default async function TodayPage() {
  if (!(await mayOpen("today.read"))) return <NotAllowed />;
  const state = await readAhead((queries, client) => [client.prefetchQuery(queries.today.read.queryOptions())]);
  return (
    <HydrationBoundary state={state}>
      <TodayPanel />
    </HydrationBoundary>
  );
}
