import type { ReactNode } from "react";
import { cn } from "#components/class-names.ts";

/** A titled region of a page. `id` names the heading. */
export function Card({
  title,
  aside,
  children,
  className,
  flush = false,
  id,
}: {
  title?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
  flush?: boolean;
  id?: string;
}) {
  return (
    <section aria-labelledby={title && id ? id : undefined} className={cn("min-w-0 rounded-lg border bg-surface shadow-card", className)}>
      {title && (
        <header className="flex min-h-11 flex-wrap items-center justify-between gap-x-3 gap-y-1 border-b px-4 py-2">
          <h2 id={id} className="font-semibold tracking-[-0.005em]">
            {title}
          </h2>
          {aside && <div className="flex items-center gap-2 text-[13px] text-ink-soft">{aside}</div>}
        </header>
      )}
      <div className={flush ? "" : "p-4"}>{children}</div>
    </section>
  );
}
