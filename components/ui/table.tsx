import type { ComponentProps } from "react";
import { cn } from "#components/class-names.ts";

/** A wide table scrolls inside its own frame, which the keyboard can reach. */
export function Table({ label, className, ...props }: ComponentProps<"table"> & { label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (axe: scrollable-region-focusable)
    <section aria-label={label} className="relative overflow-x-auto" tabIndex={0}>
      <table className={cn("w-full border-collapse text-left", className)} {...props} />
    </section>
  );
}

export function Th({ className, ...props }: ComponentProps<"th">) {
  return <th scope="col" className={cn("h-9 border-b px-4 text-xs font-medium whitespace-nowrap text-ink-soft", className)} {...props} />;
}

export function Tr({ className, ...props }: ComponentProps<"tr">) {
  return <tr className={cn("border-b last:border-b-0 hover:bg-sunken/60", className)} {...props} />;
}

export function Td({ className, ...props }: ComponentProps<"td">) {
  return <td className={cn("px-4 py-2.5 align-middle", className)} {...props} />;
}

/** Numbers line up on the right, digit under digit. */
export const numeric = "text-right tabular-nums";
