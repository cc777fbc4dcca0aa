"use client";
import { useQuery } from "@tanstack/react-query";
import { Waypoints } from "lucide-react";
import Link from "next/link";
import { formatShort } from "#components/app/number.ts";
import { PageHeader } from "#components/app/page-header.tsx";
import { routes } from "#components/routes.ts";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { live } from "#components/rpc/live.ts";
import { Card } from "#components/ui/card.tsx";
import { Definition } from "#components/ui/definition.tsx";
import { Empty, Failure, SkeletonRows } from "#components/ui/states.tsx";
import { numeric, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { JourneyListItem } from "#server/contracts/console/journeys.ts";
import { JourneyStatus } from "./journey-status.tsx";

export function JourneysPanel() {
  const trpc = useTRPC();
  const journeys = useQuery(trpc.journeys.list.queryOptions(undefined, live("slow")));
  return (
    <>
      <PageHeader title="Journeys" lead="What is offered to whom, when, and what became of it." />
      <Card flush>
        {journeys.isPending ? (
          <SkeletonRows />
        ) : journeys.isError && journeys.data === undefined ? (
          <Failure message={messageOf(journeys.error)} onRetry={() => void journeys.refetch()} />
        ) : journeys.data.length === 0 ? (
          <Empty icon={Waypoints} title="No journeys yet">
            Bring definitions in with POST /v1/artifacts; each goes live once somebody other than its author approved it.
          </Empty>
        ) : (
          <JourneyTable items={journeys.data} />
        )}
      </Card>
    </>
  );
}

function JourneyTable({ items }: { items: JourneyListItem[] }) {
  return (
    <Table label="Journeys">
      <thead>
        <tr>
          <Th>Journey</Th>
          <Th>Status</Th>
          <Th className={numeric}>Entered</Th>
          <Th className={numeric}>Inside</Th>
          <Th className={numeric}>Sent</Th>
          <Th className={numeric}>
            <span className="inline-flex items-center">
              Withheld
              <Definition of="Withheld">
                Messages that would have gone to customers who are left alone, to measure what help changes.
              </Definition>
            </span>
          </Th>
          <Th className={numeric}>Goal</Th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <Tr key={item.key}>
            <Td className="min-w-64">
              <Link href={routes.journey(item.key)} className="rounded-sm font-medium hover:text-accent-ink">
                {item.name}
              </Link>
              <p className="text-[13px] text-ink-soft">{item.entry}</p>
            </Td>
            <Td>
              <JourneyStatus liveVersion={item.liveVersion} draft={item.draft} suspendedReason={item.suspendedReason} />
            </Td>
            <Td className={numeric}>{formatShort(item.entered)}</Td>
            <Td className={numeric}>{formatShort(item.active)}</Td>
            <Td className={numeric}>{formatShort(item.sent)}</Td>
            <Td className={numeric}>{formatShort(item.withheld)}</Td>
            <Td className={numeric}>{formatShort(item.goals)}</Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
