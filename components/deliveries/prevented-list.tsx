"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { CopyX } from "lucide-react";
import { LoadMore } from "#components/app/load-more.tsx";
import { formatCount } from "#components/app/number.ts";
import { Time } from "#components/app/time.tsx";
import { routes } from "#components/routes.ts";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { live } from "#components/rpc/live.ts";
import { Card } from "#components/ui/card.tsx";
import { Empty, Failure, SkeletonRows } from "#components/ui/states.tsx";
import { numeric, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { DeliveryCounts } from "#server/contracts/console/deliveries.ts";
import type { DeliveryFilters } from "./delivery-list.tsx";

/** Decisions that kept the same help from reaching somebody twice. */
export function PreventedList({ filters, counts }: { filters: DeliveryFilters; counts: DeliveryCounts["prevented"] }) {
  const trpc = useTRPC();
  const prevented = useInfiniteQuery(
    trpc.deliveries.prevented.infiniteQueryOptions(filters, {
      getNextPageParam: (page) => page.next,
      placeholderData: (before) => before,
      ...live("slow"),
    }),
  );
  const items = prevented.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card flush>
      {counts.length > 0 && (
        <ul className="grid gap-1 border-b px-4 py-3">
          {counts.map((each) => (
            <li key={each.code}>
              <span className="font-semibold tabular-nums">{formatCount(each.count)}</span>{" "}
              <span className="text-ink-soft">{each.words}</span>
            </li>
          ))}
        </ul>
      )}
      {prevented.isPending ? (
        <SkeletonRows />
      ) : prevented.isError && items.length === 0 ? (
        <Failure message={messageOf(prevented.error)} onRetry={() => void prevented.refetch()} />
      ) : items.length === 0 ? (
        <Empty icon={CopyX} title="Nothing had to be kept back">
          When two journeys or channels would give the same help, the second is suppressed and shown here.
        </Empty>
      ) : (
        <>
          <Table label="Kept from going twice">
            <thead>
              <tr>
                <Th>Customer</Th>
                <Th>Journey</Th>
                <Th>Why</Th>
                <Th className={numeric}>Decided</Th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <Tr key={item.id}>
                  <Td className="max-w-56 truncate">
                    <TextLink href={routes.customer(item.customer.id, { show: "decision" })}>{item.customer.label}</TextLink>
                  </Td>
                  <Td>{item.journey.name}</Td>
                  <Td className="min-w-56 text-ink-soft">{item.words}</Td>
                  <Td className={`${numeric} text-ink-soft`}>
                    <Time at={item.at} relative />
                  </Td>
                </Tr>
              ))}
            </tbody>
          </Table>
          <LoadMore query={prevented} count={items.length} noun={{ one: "decision", many: "decisions" }} />
        </>
      )}
    </Card>
  );
}
