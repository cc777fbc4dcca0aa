import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { NotAllowed } from "#components/app/not-allowed.tsx";
import { AuditPanel } from "#components/audit/audit-panel.tsx";
import { readAhead } from "#server/api/prefetch.ts";
import { mayOpen } from "#server/api/request.ts";

export const metadata: Metadata = { title: "Audit" };

export default async function AuditPage() {
  if (!(await mayOpen("audit.read"))) return <NotAllowed />;
  const state = await readAhead((queries, client) => [client.prefetchQuery(queries.audit.kinds.queryOptions())]);
  return (
    <HydrationBoundary state={state}>
      <AuditPanel />
    </HydrationBoundary>
  );
}
