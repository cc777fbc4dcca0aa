"use client";
import { Popover as Base } from "@base-ui/react/popover";
import { Info } from "lucide-react";
import type { ReactNode } from "react";

/** The definition of a number or word: opens on hover, focus, tap and Enter, so that it works without a mouse too. */
export function Definition({ of, children }: { of: string; children: ReactNode }) {
  return (
    <Base.Root>
      <Base.Trigger
        openOnHover
        delay={150}
        aria-label={`What “${of}” means`}
        className="inline-grid size-5 place-items-center rounded-full text-ink-soft hover:text-ink"
      >
        <Info aria-hidden className="size-3.5" />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={6} className="z-50">
          <Base.Popup className="max-w-80 rounded-md border bg-surface px-3 py-2 text-[13px] leading-relaxed text-pretty shadow-float outline-none">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
