"use client";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { formatCount } from "#components/app/number.ts";
import { Time } from "#components/app/time.tsx";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { live } from "#components/rpc/live.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Empty, Failure, SkeletonRows } from "#components/ui/states.tsx";
import { numeric, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { Refusal } from "#server/contracts/console/sources.ts";
import { CodeText } from "./code-text.tsx";

/** Why events were refused in the last 24 hours, and what ends it; each reason opens its hours. */
export function Refusals({ sourceId }: { sourceId: string | null }) {
  const trpc = useTRPC();
  const refusals = useQuery(trpc.sources.refusals.queryOptions({ sourceId }, live("slow")));
  const items = refusals.data?.items ?? [];
  return (
    <Card title="Refused in the last 24 hours" id="refused" flush>
      {refusals.isPending ? (
        <SkeletonRows />
      ) : refusals.isError && items.length === 0 ? (
        <Failure message={messageOf(refusals.error)} onRetry={() => void refusals.refetch()} />
      ) : items.length === 0 ? (
        <Empty icon={CircleCheck} title="Nothing was refused">
          A refused event is answered with its reason and counted here, so that whoever sends it can mend it.
        </Empty>
      ) : (
        <ul>
          {items.map((item) => (
            <Reason key={item.code} item={item} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Reason({ item }: { item: Refusal }) {
  const sample = item.hours.find((each) => each.sample !== null)?.sample ?? null;
  return (
    <li className="border-b px-4 py-3.5 last:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h3 className="font-medium">{item.title}</h3>
        <Badge tone="bad">{formatCount(item.count)} refused</Badge>
        <code className="font-mono text-xs text-ink-soft">{item.code}</code>
      </div>
      <p className="mt-0.5 max-w-3xl text-pretty text-ink-soft">
        <CodeText text={item.meaning} />
      </p>
      <p className="mt-1.5 max-w-3xl text-pretty">
        <span className="font-medium">How to fix it: </span>
        <CodeText text={item.fix} />
      </p>
      {sample !== null && (
        <p className="mt-1.5 text-[13px] text-ink-soft">
          Lately in <code className="font-mono break-all text-ink">{sample}</code>
        </p>
      )}
      <details className="mt-2">
        <summary className="w-fit rounded-sm text-[13px] text-accent-ink">Hour by hour</summary>
        <div className="mt-2 max-w-2xl rounded-md border">
          <Table label={`${item.title}, hour by hour`}>
            <thead>
              <tr>
                <Th>Hour</Th>
                <Th>Source</Th>
                <Th className={numeric}>Refused</Th>
                <Th>Last field</Th>
              </tr>
            </thead>
            <tbody>
              {item.hours.map((each) => (
                <Tr key={`${each.hour} ${each.source}`}>
                  <Td>
                    <Time at={each.hour} />
                  </Td>
                  <Td>{each.source}</Td>
                  <Td className={numeric}>{formatCount(each.count)}</Td>
                  <Td className="max-w-56 truncate font-mono text-xs">{each.sample ?? "–"}</Td>
                </Tr>
              ))}
            </tbody>
          </Table>
        </div>
      </details>
    </li>
  );
}
