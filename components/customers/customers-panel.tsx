"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Users } from "lucide-react";
import Link from "next/link";
import { parseAsString, useQueryStates } from "nuqs";
import { LoadMore } from "#components/app/load-more.tsx";
import { PageHeader } from "#components/app/page-header.tsx";
import { SearchField } from "#components/app/search-field.tsx";
import { useMay } from "#components/app/session.tsx";
import { Time } from "#components/app/time.tsx";
import { routes } from "#components/routes.ts";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { live } from "#components/rpc/live.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Select } from "#components/ui/select.tsx";
import { Empty, Failure, SkeletonRows } from "#components/ui/states.tsx";
import { numeric, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { CustomerListItem } from "#server/contracts/console/customers.ts";

const EVERY = "every";

export function CustomersPanel() {
  const trpc = useTRPC();
  const identify = useMay("customers.identify");
  const [filters, setFilters] = useQueryStates({
    q: parseAsString.withDefault(""),
    situation: parseAsString,
    journey: parseAsString,
  });
  const situations = useQuery(trpc.definitions.list.queryOptions({ kind: "situation" }));
  const journeys = useQuery(trpc.journeys.list.queryOptions());
  const customers = useInfiniteQuery(
    trpc.customers.list.infiniteQueryOptions(
      { search: filters.q, situation: filters.situation, journey: filters.journey },
      { getNextPageParam: (page) => page.next, placeholderData: (before) => before, ...live("slow") },
    ),
  );
  const items = customers.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = filters.q !== "" || filters.situation !== null || filters.journey !== null;
  return (
    <>
      <PageHeader title="Customers" lead="Everybody who sent an event, an order or a support case, last seen first." />
      <div className="mb-3 flex flex-wrap gap-2">
        <SearchField
          label="Search customers"
          placeholder={identify ? "Name, e-mail or user id" : "Exact user id"}
          value={filters.q}
          onChange={(q) => void setFilters({ q: q || null })}
        />
        <Select
          label="Situation"
          value={filters.situation ?? EVERY}
          onChange={(value) => void setFilters({ situation: value === EVERY ? null : value })}
          options={[
            { value: EVERY, label: "Any situation" },
            ...(situations.data ?? []).map((each) => ({ value: each.key, label: each.name })),
          ]}
        />
        <Select
          label="Journey"
          value={filters.journey ?? EVERY}
          onChange={(value) => void setFilters({ journey: value === EVERY ? null : value })}
          options={[
            { value: EVERY, label: "In any journey or none" },
            ...(journeys.data ?? []).map((each) => ({ value: each.key, label: each.name })),
          ]}
        />
      </div>
      <Card flush>
        {customers.isPending ? (
          <SkeletonRows rows={12} />
        ) : customers.isError && items.length === 0 ? (
          <Failure message={messageOf(customers.error)} onRetry={() => void customers.refetch()} />
        ) : items.length === 0 ? (
          <Empty icon={Users} title={filtered ? "Nobody matches" : "No customers yet"}>
            {filtered ? "Try fewer letters, or another filter." : "A customer appears here with their first event."}
          </Empty>
        ) : (
          <>
            <CustomerTable items={items} />
            <LoadMore query={customers} count={items.length} noun={{ one: "customer", many: "customers" }} />
          </>
        )}
      </Card>
    </>
  );
}

function CustomerTable({ items }: { items: CustomerListItem[] }) {
  return (
    <Table label="Customers">
      <thead>
        <tr>
          <Th>Customer</Th>
          <Th>E-mail</Th>
          <Th>Situation</Th>
          <Th className={numeric}>Journeys</Th>
          <Th className={numeric}>Last seen</Th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <Tr key={item.id}>
            <Td className="max-w-72">
              <Link href={routes.customer(item.id)} className="block truncate rounded-sm font-medium hover:text-accent-ink">
                {item.label}
              </Link>
              {item.userId !== null && item.userId !== item.label && (
                <span className="block truncate font-mono text-xs text-ink-soft">{item.userId}</span>
              )}
            </Td>
            <Td className="max-w-72 text-ink-soft">
              <span className="flex items-center gap-2">
                <span className="truncate">{item.email ?? "–"}</span>
                {item.emailVerified === false && (
                  <Badge tone="warn" className="shrink-0">
                    not verified
                  </Badge>
                )}
              </span>
            </Td>
            <Td>
              <span className="flex flex-wrap gap-1">
                {item.situations.map((each) => (
                  <Badge key={each.key} tone="accent">
                    {each.name}
                  </Badge>
                ))}
              </span>
            </Td>
            <Td className={numeric}>{item.activeJourneys || <span className="text-ink-soft">–</span>}</Td>
            <Td className={`${numeric} text-ink-soft`}>
              <Time at={item.seenAt} relative />
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
