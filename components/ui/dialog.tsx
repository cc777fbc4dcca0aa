"use client";
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { cn } from "#components/class-names.ts";

/** A window over the page; focus goes in and comes back. */
export function Dialog({
  open,
  onOpenChange,
  title,
  titleHidden = false,
  description,
  children,
  className,
  place = "centre",
  initialFocus,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  titleHidden?: boolean;
  description?: ReactNode;
  children: ReactNode;
  className?: string;
  place?: "centre" | "top" | "left";
  /** What gets the keyboard first; the first control when left out. */
  initialFocus?: RefObject<HTMLElement | null>;
}) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/35 transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          {...(initialFocus !== undefined && { initialFocus })}
          className={cn(
            "fixed z-50 border bg-surface text-ink shadow-float transition-[opacity,translate] data-ending-style:opacity-0 data-starting-style:opacity-0",
            place === "centre" &&
              "top-1/2 left-1/2 max-h-[85dvh] w-[min(30rem,calc(100vw-2rem))] -translate-1/2 overflow-auto rounded-lg p-5",
            place === "top" && "top-[12dvh] left-1/2 w-[min(38rem,calc(100vw-2rem))] -translate-x-1/2 overflow-hidden rounded-lg",
            place === "left" && "inset-y-0 left-0 w-64 overflow-auto data-ending-style:-translate-x-4 data-starting-style:-translate-x-4",
            className,
          )}
        >
          <div className={cn("flex items-start justify-between gap-4", titleHidden && "sr-only")}>
            <Base.Title className="text-base font-semibold">{title}</Base.Title>
            <Base.Close aria-label="Close" className="-m-1 rounded-sm p-1 text-ink-soft hover:bg-sunken hover:text-ink">
              <X aria-hidden className="size-4" />
            </Base.Close>
          </div>
          {description && <Base.Description className="mt-1 text-ink-soft">{description}</Base.Description>}
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
