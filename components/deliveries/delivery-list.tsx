"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Send } from "lucide-react";
import Link from "next/link";
import { LoadMore } from "#components/app/load-more.tsx";
import { Time } from "#components/app/time.tsx";
import { routes } from "#components/routes.ts";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { live } from "#components/rpc/live.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Empty, Failure, SkeletonRows } from "#components/ui/states.tsx";
import { numeric, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { DeliverySummary } from "#server/contracts/console/deliveries.ts";
import { stateWords } from "./deliveries-view.ts";

export type DeliveryFilters = { channel: string | null; journey: string | null; day: string | null };

export function DeliveryList({ filters, state }: { filters: DeliveryFilters; state: DeliverySummary["state"] | null }) {
  const trpc = useTRPC();
  const messages = useInfiniteQuery(
    trpc.deliveries.list.infiniteQueryOptions(
      { ...filters, state },
      { getNextPageParam: (page) => page.next, placeholderData: (before) => before, ...live("pulse") },
    ),
  );
  const items = messages.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = state !== null || Object.values(filters).some((each) => each !== null);
  return (
    <Card flush>
      {messages.isPending ? (
        <SkeletonRows rows={10} />
      ) : messages.isError && items.length === 0 ? (
        <Failure message={messageOf(messages.error)} onRetry={() => void messages.refetch()} />
      ) : items.length === 0 ? (
        <Empty icon={Send} title={filtered ? "No message matches" : "No message in the last seven days"}>
          {filtered ? "Try another filter." : "The first message appears here as soon as a journey helps somebody."}
        </Empty>
      ) : (
        <>
          <MessageTable items={items} />
          <LoadMore query={messages} count={items.length} noun={{ one: "message", many: "messages" }} />
        </>
      )}
    </Card>
  );
}

function MessageTable({ items }: { items: DeliverySummary[] }) {
  return (
    <Table label="Messages">
      <thead>
        <tr>
          <Th>Message</Th>
          <Th>Customer</Th>
          <Th>Channel</Th>
          <Th>State</Th>
          <Th className={numeric}>Begun</Th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <Tr key={item.id}>
            <Td className="max-w-72 min-w-44">
              <Link href={routes.delivery(item.id)} className="block truncate rounded-sm font-medium hover:text-accent-ink">
                {item.response.name}
              </Link>
              <span className="block truncate text-[13px] text-ink-soft">{item.journey.name}</span>
            </Td>
            <Td className="max-w-56 truncate">
              <TextLink href={routes.customer(item.customer.id)}>{item.customer.label}</TextLink>
            </Td>
            <Td className="text-ink-soft">{item.channel.replaceAll("_", " ")}</Td>
            <Td className="max-w-64">
              <Badge tone={stateWords[item.state].tone}>{stateWords[item.state].label}</Badge>
              {item.reason !== null && <span className="block truncate text-[13px] text-ink-soft">{item.reason.replaceAll("_", " ")}</span>}
            </Td>
            <Td className={`${numeric} text-ink-soft`}>
              <Time at={item.createdAt} relative />
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
