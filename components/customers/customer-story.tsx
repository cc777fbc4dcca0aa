"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { parseAsArrayOf, parseAsStringLiteral, useQueryState } from "nuqs";
import { LoadMore } from "#components/app/load-more.tsx";
import { useSession } from "#components/app/session.tsx";
import { formatTime } from "#components/app/time.tsx";
import { cn } from "#components/class-names.ts";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { live } from "#components/rpc/live.ts";
import { Card } from "#components/ui/card.tsx";
import { Empty, Failure, SkeletonRows } from "#components/ui/states.tsx";
import { type StoryItem, type StoryKind, storyKinds } from "#server/contracts/console/story.ts";
import { StoryEntry } from "./story-entry.tsx";
import { kindLabels } from "./story-view.ts";

/** What happened, and what Tact made of it, newest first, by day. */
export function CustomerStory({ id }: { id: string }) {
  const trpc = useTRPC();
  const [kinds, setKinds] = useQueryState("show", parseAsArrayOf(parseAsStringLiteral(storyKinds)).withDefault([]));
  const story = useInfiniteQuery(
    trpc.customers.story.infiniteQueryOptions(
      { id, kinds },
      { getNextPageParam: (page) => page.next, placeholderData: (before) => before, ...live("pulse") },
    ),
  );
  const items = story.data?.pages.flatMap((page) => page.items) ?? [];

  function toggle(kind: StoryKind) {
    const next = kinds.includes(kind) ? kinds.filter((each) => each !== kind) : [...kinds, kind];
    void setKinds(next.length === 0 ? null : next);
  }

  return (
    <Card title="Story" id="story" flush>
      <fieldset className="flex flex-wrap gap-1.5 border-b px-4 py-2.5">
        <legend className="sr-only">Show only</legend>
        {storyKinds.map((kind) => (
          <button
            key={kind}
            type="button"
            aria-pressed={kinds.includes(kind)}
            onClick={() => toggle(kind)}
            className={cn(
              "h-7 rounded-full border px-2.5 text-[13px] transition-colors",
              kinds.includes(kind) ? "border-accent bg-accent-soft text-accent-ink" : "text-ink-soft hover:bg-sunken hover:text-ink",
            )}
          >
            {kindLabels[kind]}
          </button>
        ))}
      </fieldset>
      {story.isPending ? (
        <SkeletonRows rows={12} />
      ) : story.isError && items.length === 0 ? (
        <Failure message={messageOf(story.error)} onRetry={() => void story.refetch()} />
      ) : items.length === 0 ? (
        <Empty icon={History} title="Nothing to tell">
          {kinds.length > 0 ? "Nothing of this kind happened." : "No event of this customer is kept."}
        </Empty>
      ) : (
        <>
          <Days items={items} />
          <LoadMore query={story} count={items.length} noun={{ one: "entry", many: "entries" }} />
        </>
      )}
    </Card>
  );
}

function Days({ items }: { items: StoryItem[] }) {
  const { company } = useSession();
  const days = new Map<string, StoryItem[]>();
  for (const item of items) {
    const day = formatTime(item.at, company.timezone, "day");
    const list = days.get(day);
    if (list === undefined) days.set(day, [item]);
    else list.push(item);
  }
  return [...days].map(([day, entries]) => (
    <section key={day} aria-label={day}>
      <h3 className="sticky top-13 z-10 border-b bg-sunken px-4 py-1 text-xs font-medium text-ink-soft lg:top-0">{day}</h3>
      <ol>
        {entries.map((item) => (
          <StoryEntry key={item.id + item.kind} item={item} />
        ))}
      </ol>
    </section>
  ));
}
