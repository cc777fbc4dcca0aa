"use client";
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, UserX } from "lucide-react";
import Link from "next/link";
import { PageHeader } from "#components/app/page-header.tsx";
import { Time } from "#components/app/time.tsx";
import { routes } from "#components/routes.ts";
import { isNotFound, messageOf, useTRPC } from "#components/rpc/client.tsx";
import { live } from "#components/rpc/live.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Empty, Failure, SkeletonRows } from "#components/ui/states.tsx";
import type { CustomerView } from "#server/contracts/console/customers.ts";
import { CustomerProfile } from "./customer-profile.tsx";
import { CustomerSignals } from "./customer-signals.tsx";
import { CustomerStory } from "./customer-story.tsx";

export function CustomerPanel({ id }: { id: string }) {
  const trpc = useTRPC();
  const customer = useQuery(trpc.customers.show.queryOptions({ id }, live("pulse")));
  if (customer.data !== undefined) return <CustomerPage view={customer.data} />;
  if (customer.isError && isNotFound(customer.error)) {
    return (
      <Empty icon={UserX} title="There is no such customer">
        The link may be old, or the id mistyped.
      </Empty>
    );
  }
  if (customer.isError) return <Failure message={messageOf(customer.error)} onRetry={() => void customer.refetch()} />;
  return <SkeletonRows rows={12} />;
}

function CustomerPage({ view }: { view: CustomerView }) {
  return (
    <>
      <PageHeader
        above={
          <Link
            href={routes.customers()}
            className="mb-1.5 inline-flex items-center gap-1 rounded-sm text-[13px] text-ink-soft hover:text-ink"
          >
            <ArrowLeft aria-hidden className="size-3.5" />
            Customers
          </Link>
        }
        title={view.label}
        lead={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {view.userId !== null && <span className="font-mono text-[13px]">{view.userId}</span>}
            <span>
              last seen {view.lastSeenAt === null ? "never" : <Time at={view.lastSeenAt} relative />}, known since{" "}
              <Time at={view.createdAt} style="day" />
            </span>
            {view.mergedFrom !== null && <Badge>merged from another profile</Badge>}
            {view.contaminated && <Badge tone="warn">left out of measurement: merged across groups</Badge>}
            {view.masked && <Badge>personal data hidden for your role</Badge>}
          </span>
        }
      />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_21rem]">
        <div className="order-2 lg:order-1">
          <CustomerStory id={view.id} />
        </div>
        <div className="order-1 grid gap-4 lg:order-2">
          <CustomerSignals view={view} />
          <CustomerProfile view={view} />
        </div>
      </div>
    </>
  );
}
