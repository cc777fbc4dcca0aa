"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { parseAsString, useQueryState } from "nuqs";
import { LoadMore } from "#components/app/load-more.tsx";
import { PageHeader } from "#components/app/page-header.tsx";
import { Time } from "#components/app/time.tsx";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { live } from "#components/rpc/live.ts";
import { Card } from "#components/ui/card.tsx";
import { Select } from "#components/ui/select.tsx";
import { Empty, Failure, SkeletonRows } from "#components/ui/states.tsx";
import type { AuditItem } from "#server/contracts/console/audit.ts";
import { ChainState } from "./chain-state.tsx";

const EVERY = "every";
const words = (key: string) => key.replaceAll("_", " ");

export function AuditPanel() {
  const trpc = useTRPC();
  const [kind, setKind] = useQueryState("kind", parseAsString);
  const kinds = useQuery(trpc.audit.kinds.queryOptions());
  const trail = useInfiniteQuery(
    trpc.audit.list.infiniteQueryOptions(
      { objectKind: kind },
      { getNextPageParam: (page) => page.next, placeholderData: (before) => before, ...live("slow") },
    ),
  );
  const items = trail.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader
        title="Audit"
        lead="Who did what, when and from where. Each entry carries the hash of the one before, so that none can be changed unseen."
      />
      <ChainState />
      <div className="mb-3">
        <Select
          label="What was changed"
          value={kind ?? EVERY}
          onChange={(value) => void setKind(value === EVERY ? null : value)}
          options={[{ value: EVERY, label: "Everything" }, ...(kinds.data ?? []).map((each) => ({ value: each, label: words(each) }))]}
        />
      </div>
      <Card flush>
        {trail.isPending ? (
          <SkeletonRows />
        ) : trail.isError && items.length === 0 ? (
          <Failure message={messageOf(trail.error)} onRetry={() => void trail.refetch()} />
        ) : items.length === 0 ? (
          <Empty icon={ScrollText} title="No entries" />
        ) : (
          <>
            <ol>
              {items.map((item) => (
                <Entry key={item.seq} item={item} />
              ))}
            </ol>
            <LoadMore query={trail} count={items.length} noun={{ one: "entry", many: "entries" }} />
          </>
        )}
      </Card>
    </>
  );
}

function Entry({ item }: { item: AuditItem }) {
  return (
    <li className="border-b last:border-b-0">
      <details className="group">
        <summary className="grid list-none grid-cols-[3.5rem_minmax(0,1fr)_auto] items-baseline gap-3 px-4 py-2.5 group-open:bg-sunken/50 hover:bg-sunken/60 [&::-webkit-details-marker]:hidden">
          <span className="text-right font-mono text-xs text-ink-soft">{item.seq}</span>
          <span className="min-w-0">
            <span className="font-medium">{item.actor}</span>{" "}
            <span className="text-ink-soft">{item.actorKind === "user" ? "" : `(${words(item.actorKind)}) `}</span>
            {words(item.action.replaceAll(".", ": "))}{" "}
            <span className="break-all text-ink-soft">
              {words(item.objectKind)} {item.objectId}
            </span>
          </span>
          <span className="text-[13px] text-ink-soft">
            <Time at={item.at} />
          </span>
        </summary>
        <div className="grid gap-3 bg-sunken/50 px-4 pt-1 pb-4 sm:pl-[5.75rem]">
          <dl className="grid gap-1 text-[13px]">
            <Row label="From" value={item.ip ?? "inside the product"} />
            <Row label="Hash" value={item.hash} />
          </dl>
          <div className="grid gap-3 md:grid-cols-2">
            {item.before !== null && <Json title="Before" text={item.before} />}
            {item.after !== null && <Json title="After" text={item.after} />}
          </div>
        </div>
      </details>
    </li>
  );
}

function Row({ label, value }: { label: string; value: string }) {
  return (
    <div className="grid grid-cols-[4rem_minmax(0,1fr)] gap-3">
      <dt className="text-ink-soft">{label}</dt>
      <dd className="font-mono text-xs leading-5 break-all">{value}</dd>
    </div>
  );
}

function Json({ title, text }: { title: string; text: string }) {
  return (
    <div className="min-w-0">
      <h3 className="mb-1 text-xs font-medium text-ink-soft">{title}</h3>
      <pre className="max-h-72 overflow-auto rounded-md border bg-surface p-2.5 font-mono text-xs break-words whitespace-pre-wrap">
        {text}
      </pre>
    </div>
  );
}
