import { CircleAlert, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "#components/class-names.ts";
import { Button } from "./button.tsx";

/** Nothing is there yet: one sentence that says why, and what to do. */
export function Empty({ icon: Icon, title, children }: { icon: LucideIcon; title: string; children?: ReactNode }) {
  return (
    <div className="grid justify-items-center gap-1.5 px-6 py-14 text-center">
      <Icon aria-hidden className="mb-1.5 size-6 text-ink-soft" strokeWidth={1.5} />
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-md text-pretty text-ink-soft">{children}</div>}
    </div>
  );
}

/** Reading failed: what happened in plain words, and a way to try again. */
export function Failure({ message, onRetry }: { message: string; onRetry?: () => void }) {
  return (
    <div role="alert" className="grid justify-items-center gap-1.5 px-6 py-14 text-center">
      <CircleAlert aria-hidden className="mb-1.5 size-6 text-bad" strokeWidth={1.5} />
      <p className="font-medium">This could not be loaded</p>
      <p className="max-w-md text-pretty text-ink-soft">{message}</p>
      {onRetry && (
        <Button onClick={onRetry} className="mt-3">
          Try again
        </Button>
      )}
    </div>
  );
}

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn("animate-pulse rounded-md bg-sunken", className)} />;
}

/** A list that is being read. */
export function SkeletonRows({ rows = 8 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="grid gap-3 p-4">
      {Array.from({ length: rows }, (_, index) => `row-${index}`).map((key) => (
        <Skeleton key={key} className="h-5" />
      ))}
    </div>
  );
}
