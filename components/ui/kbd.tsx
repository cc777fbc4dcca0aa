import type { ReactNode } from "react";

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-grid h-5 min-w-5 place-items-center rounded-sm border border-line-strong/50 bg-sunken px-1 font-sans text-[11px] font-medium text-ink-soft">
      {children}
    </kbd>
  );
}
