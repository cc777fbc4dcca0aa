import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { NotAllowed } from "#components/app/not-allowed.tsx";
import { SettingsPanel } from "#components/settings/settings-panel.tsx";
import { readAhead } from "#server/api/prefetch.ts";
import { mayOpen } from "#server/api/request.ts";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage() {
  if (!(await mayOpen("settings.read"))) return <NotAllowed />;
  const state = await readAhead((queries, client) => [
    client.prefetchQuery(queries.settings.read.queryOptions()),
    client.prefetchQuery(queries.people.list.queryOptions()),
  ]);
  return (
    <HydrationBoundary state={state}>
      <SettingsPanel />
    </HydrationBoundary>
  );
}
