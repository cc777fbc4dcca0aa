"use client";
import { Button } from "#components/ui/button.tsx";

type Query = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };

/** The foot of a paged list. */
export function LoadMore({ query, count, noun }: { query: Query; count: number; noun: { one: string; many: string } }) {
  return (
    <div className="flex items-center justify-between gap-4 border-t px-4 py-2.5 text-[13px] text-ink-soft">
      <span>
        {count} {count === 1 ? noun.one : noun.many}
        {query.hasNextPage && ", and there are more"}
      </span>
      {query.hasNextPage && (
        <Button size="sm" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {query.isFetchingNextPage ? "Loading…" : "Show more"}
        </Button>
      )}
    </div>
  );
}
