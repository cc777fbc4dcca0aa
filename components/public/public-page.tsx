import type { ReactNode } from "react";

/** A page for customers: no sign-in, no script needed, one column, plain words. */
export function PublicPage({
  company,
  title,
  lead,
  lang,
  children,
}: {
  company: string;
  title: string;
  lead?: ReactNode;
  lang?: string;
  children?: ReactNode;
}) {
  return (
    <main lang={lang} className="mx-auto w-full max-w-xl px-4 py-10 text-[15px] sm:py-16">
      <p className="mb-2 text-[13px] font-medium text-ink-soft">{company}</p>
      <h1 className="text-2xl leading-tight font-semibold tracking-[-0.018em] text-balance">{title}</h1>
      {lead && <div className="mt-2 text-pretty text-ink-soft">{lead}</div>}
      {children}
    </main>
  );
}

/** For a link that is old, cut off or changed; tells nothing about anybody. */
export function DeadLink() {
  return (
    <PublicPage
      company="This link"
      title="This link does not work any more"
      lead="It may be too old, or a part of it is missing. Open it again from a newer message, or write to the company that sent it."
    />
  );
}
