import type { ReactNode } from "react";

/** The name of the page, what it is for, and what can be done here. */
export function PageHeader({
  title,
  lead,
  actions,
  above,
}: {
  title: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  above?: ReactNode;
}) {
  return (
    <header className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        {above}
        <h1 className="text-[22px] leading-tight font-semibold tracking-[-0.018em] text-balance break-words">{title}</h1>
        {lead && <p className="mt-1 max-w-2xl text-pretty text-ink-soft">{lead}</p>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
