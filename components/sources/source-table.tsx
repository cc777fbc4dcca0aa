"use client";
import Link from "next/link";
import { formatCount, formatShort } from "#components/app/number.ts";
import { Time } from "#components/app/time.tsx";
import { routes } from "#components/routes.ts";
import { Badge } from "#components/ui/badge.tsx";
import { numeric, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { SourceList, SourceSummary } from "#server/contracts/console/sources.ts";

export function SourceTable({ list }: { list: SourceList }) {
  return (
    <>
      <Table label="Data sources">
        <thead>
          <tr>
            <Th>Source</Th>
            <Th>Keys</Th>
            <Th className={numeric}>Last hour</Th>
            <Th className={numeric}>Last day</Th>
            <Th className={numeric}>Refused</Th>
            <Th className={numeric}>Newest event</Th>
          </tr>
        </thead>
        <tbody>
          {list.sources.map((source) => (
            <Tr key={source.id}>
              <Td className="align-top">
                <Link href={routes.source(source.id)} className="rounded-sm font-medium hover:text-accent-ink">
                  {source.name}
                </Link>
                <span className="mt-0.5 flex flex-wrap gap-1">
                  <Badge>{source.kind}</Badge>
                  {source.disabledAt !== null && <Badge tone="bad">disabled</Badge>}
                  {source.quarantined > 0 && (
                    <Link href={routes.source(source.id, { view: "events", fate: "quarantined" })} className="rounded-sm">
                      <Badge tone="bad" className="underline underline-offset-2">
                        {formatCount(source.quarantined)} put aside
                      </Badge>
                    </Link>
                  )}
                </span>
              </Td>
              <Td className="min-w-56 align-top text-[13px]">
                <KeyList source={source} />
              </Td>
              <Td className={`${numeric} align-top`}>{formatShort(source.lastHour)}</Td>
              <Td className={`${numeric} align-top`}>{formatShort(source.lastDay)}</Td>
              <Td className={`${numeric} align-top`}>
                {source.refused > 0 ? (
                  <Link href={routes.source(source.id, { view: "refused" })} className="rounded-sm text-bad underline underline-offset-3">
                    {formatShort(source.refused)}
                  </Link>
                ) : (
                  0
                )}
              </Td>
              <Td className={`${numeric} align-top text-ink-soft`}>
                {source.newestAt === null ? "none in 24 h" : <Time at={source.newestAt} relative />}
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
      <Counted list={list} />
    </>
  );
}

function KeyList({ source }: { source: SourceSummary }) {
  const usable = source.keys.filter((key) => key.revokedAt === null);
  if (usable.length === 0) return <span className="text-warn">no usable key</span>;
  return (
    <ul className="grid gap-0.5">
      {usable.map((key) => (
        <li key={key.id} className="text-ink-soft">
          <span className="font-mono text-ink">{key.prefix}…</span>{" "}
          {key.lastUsedAt === null ? (
            "never used"
          ) : (
            <>
              used <Time at={key.lastUsedAt} relative />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

/** When there are more events than are worth counting, how far back they were counted. */
export function Counted({ list }: { list: Pick<SourceList, "complete" | "countedFrom"> }) {
  if (list.complete) return null;
  return (
    <p className="border-t px-4 py-2.5 text-[13px] text-ink-soft">
      There is so much coming in that only the newest events were counted, back to <Time at={list.countedFrom} />. The real numbers are
      higher.
    </p>
  );
}
