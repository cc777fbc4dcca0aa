"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Mailbox } from "lucide-react";
import { parseAsString, useQueryStates } from "nuqs";
import { LoadMore } from "#components/app/load-more.tsx";
import { PageHeader } from "#components/app/page-header.tsx";
import { SearchField } from "#components/app/search-field.tsx";
import { useSession } from "#components/app/session.tsx";
import { Time } from "#components/app/time.tsx";
import { cn } from "#components/class-names.ts";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { live } from "#components/rpc/live.ts";
import { Card } from "#components/ui/card.tsx";
import { Select } from "#components/ui/select.tsx";
import { Empty, Failure, SkeletonRows } from "#components/ui/states.tsx";
import type { MailSummary } from "#server/contracts/console/outbox.ts";
import { MailView } from "./mail-view.tsx";

const EVERY = "every";

export function OutboxPanel() {
  const trpc = useTRPC();
  const { mail: delivery } = useSession();
  const [state, setState] = useQueryStates({ mail: parseAsString, q: parseAsString.withDefault(""), journey: parseAsString });
  const journeys = useQuery(trpc.journeys.list.queryOptions());
  const mails = useInfiniteQuery(
    trpc.outbox.list.infiniteQueryOptions(
      { search: state.q, journey: state.journey },
      { getNextPageParam: (page) => page.next, placeholderData: (before) => before, ...live("pulse") },
    ),
  );
  const items = mails.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = state.q !== "" || state.journey !== null;
  return (
    <>
      <PageHeader
        title="Outbox"
        lead={
          delivery === "sandbox"
            ? "No mail server is set: every mail is caught here instead of being sent, exactly as it would have left."
            : "Mail is sent through your server. Here is what the sandbox caught before that was set."
        }
      />
      <div className={cn("mb-3 flex flex-wrap gap-2", state.mail !== null && "max-lg:hidden")}>
        <SearchField
          label="Search mails"
          placeholder="Recipient or subject"
          value={state.q}
          onChange={(q) => void setState({ q: q || null })}
        />
        <Select
          label="Journey"
          value={state.journey ?? EVERY}
          onChange={(value) => void setState({ journey: value === EVERY ? null : value })}
          options={[
            { value: EVERY, label: "All journeys" },
            ...(journeys.data ?? []).map((each) => ({ value: each.key, label: each.name })),
          ]}
        />
      </div>
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[22rem_minmax(0,1fr)]">
        <Card flush className={state.mail !== null ? "max-lg:hidden" : ""}>
          {mails.isPending ? (
            <SkeletonRows />
          ) : mails.isError && items.length === 0 ? (
            <Failure message={messageOf(mails.error)} onRetry={() => void mails.refetch()} />
          ) : items.length === 0 ? (
            <Empty icon={Mailbox} title={filtered ? "No mail matches" : "No mail yet"}>
              {filtered ? "Try fewer letters, or another journey." : "The first mail appears here as soon as a journey helps somebody."}
            </Empty>
          ) : (
            <>
              <MailList items={items} selected={state.mail} onSelect={(mail) => void setState({ mail }, { history: "push" })} />
              <LoadMore query={mails} count={items.length} noun={{ one: "mail", many: "mails" }} />
            </>
          )}
        </Card>
        {state.mail === null ? (
          <div className="max-lg:hidden">
            {items.length > 0 && (
              <Card>
                <Empty icon={Mailbox} title="Choose a mail to read it" />
              </Card>
            )}
          </div>
        ) : (
          <MailView id={state.mail} onBack={() => void setState({ mail: null })} />
        )}
      </div>
    </>
  );
}

function MailList({ items, selected, onSelect }: { items: MailSummary[]; selected: string | null; onSelect: (id: string) => void }) {
  return (
    <ul aria-label="Mails">
      {items.map((item) => (
        <li key={item.id} className="border-b last:border-b-0">
          <button
            type="button"
            aria-current={item.id === selected ? "true" : undefined}
            onClick={() => onSelect(item.id)}
            className={cn(
              "grid w-full gap-0.5 px-4 py-2.5 text-left -outline-offset-2",
              item.id === selected ? "bg-accent-soft" : "hover:bg-sunken/60",
            )}
          >
            <span className="flex items-baseline justify-between gap-3">
              <span className="truncate font-medium">{item.recipient}</span>
              <span className="shrink-0 text-xs text-ink-soft">
                <Time at={item.at} relative />
              </span>
            </span>
            <span className="truncate">{item.subject}</span>
            {item.journey !== null && <span className="truncate text-xs text-ink-soft">{item.journey.name}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}
