"use client";
import dynamic from "next/dynamic";
import { useState } from "react";
import { formatCount } from "#components/app/number.ts";
import { useSession } from "#components/app/session.tsx";
import { formatTime, Time } from "#components/app/time.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Skeleton } from "#components/ui/states.tsx";
import { numeric, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { SourceView } from "#server/contracts/console/sources.ts";
import { Counted } from "./source-table.tsx";

const HourBars = dynamic(() => import("#components/charts/hour-bars.tsx"), {
  ssr: false,
  loading: () => <Skeleton className="h-[180px]" />,
});

/** Accepted and refused events hour by hour, as a picture or as a table. */
export function VolumesCard({ view }: { view: SourceView }) {
  const { company } = useSession();
  const [asTable, setAsTable] = useState(false);
  return (
    <Card
      title="Last 24 hours"
      id="volumes"
      flush
      aside={
        <Button size="sm" variant="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          As a table
        </Button>
      }
    >
      {asTable ? (
        <div className="max-h-96 overflow-y-auto">
          <Table label="Events per hour">
            <thead>
              <tr>
                <Th>Hour</Th>
                <Th className={numeric}>Accepted</Th>
                <Th className={numeric}>Refused</Th>
              </tr>
            </thead>
            <tbody>
              {view.hours.toReversed().map((each) => (
                <Tr key={each.hour}>
                  <Td>
                    <Time at={each.hour} />
                  </Td>
                  <Td className={numeric}>{formatCount(each.received)}</Td>
                  <Td className={numeric}>{formatCount(each.refused)}</Td>
                </Tr>
              ))}
            </tbody>
          </Table>
        </div>
      ) : (
        <div className="p-4">
          <HourBars
            data={view.hours.map(({ hour, received, refused }) => ({
              label: formatTime(hour, company.timezone, "clock"),
              received,
              refused,
            }))}
          />
          <p className="mt-1 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-soft">
            <span className="flex items-center gap-1.5">
              <span aria-hidden className="size-2 rounded-xs bg-accent" />
              Accepted {formatCount(view.lastDay)}
            </span>
            <span className="flex items-center gap-1.5">
              <span aria-hidden className="size-2 rounded-xs bg-bad" />
              Refused {formatCount(view.refused)}
            </span>
          </p>
        </div>
      )}
      <Counted list={view} />
    </Card>
  );
}
