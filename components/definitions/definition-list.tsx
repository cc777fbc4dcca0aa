"use client";
import { useQuery } from "@tanstack/react-query";
import type { LucideIcon } from "lucide-react";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Empty, Failure, SkeletonRows } from "#components/ui/states.tsx";
import type { DefinitionItem, listedKinds } from "#server/contracts/console/definitions.ts";

type Props = { kind: (typeof listedKinds)[number]; icon: LucideIcon; empty: string };

/** Definitions of one kind, read-only, in plain words. */
export function DefinitionList({ kind, icon, empty }: Props) {
  const trpc = useTRPC();
  const list = useQuery(trpc.definitions.list.queryOptions({ kind }));
  if (list.data === undefined) {
    return (
      <Card flush>{list.isError ? <Failure message={messageOf(list.error)} onRetry={() => void list.refetch()} /> : <SkeletonRows />}</Card>
    );
  }
  if (list.data.length === 0) {
    return (
      <Card flush>
        <Empty icon={icon} title={empty}>
          Bring definitions in with POST /v1/artifacts; each goes live once somebody other than its author approved it.
        </Empty>
      </Card>
    );
  }
  return (
    <Card flush>
      <ul>
        {list.data.map((item) => (
          <Definition key={item.key} item={item} />
        ))}
      </ul>
    </Card>
  );
}

function Definition({ item }: { item: DefinitionItem }) {
  return (
    <li className="grid gap-x-6 gap-y-2 border-b px-4 py-3.5 last:border-b-0 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <div className="min-w-0">
        <h2 className="flex flex-wrap items-center gap-2 font-medium">
          {item.name}
          {item.suspendedReason !== null ? (
            <Badge tone="bad">suspended</Badge>
          ) : item.liveVersion === null ? (
            <Badge>not live</Badge>
          ) : (
            <Badge tone="good">live, v{item.liveVersion}</Badge>
          )}
        </h2>
        <p className="font-mono text-xs text-ink-soft">{item.key}</p>
        <p className="mt-1 text-pretty text-ink-soft">{item.summary}</p>
        {item.suspendedReason !== null && <p className="mt-1 text-bad">{item.suspendedReason}</p>}
        {item.faults > 0 && (
          <p className="mt-1 text-bad">
            {item.faults} {item.faults === 1 ? "fault" : "faults"} while running: {item.lastFault}
          </p>
        )}
      </div>
      <dl className="grid content-start gap-1 text-[13px]">
        {item.facts.map((fact) => (
          <div key={fact.label} className="grid grid-cols-[minmax(7rem,11rem)_minmax(0,1fr)] gap-3">
            <dt className="text-ink-soft">{fact.label}</dt>
            <dd className="break-words">{fact.value}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
