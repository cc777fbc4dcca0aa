import Link from "next/link";
import type { ReactNode } from "react";

/** A link in running text or a table. */
export function TextLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} className="rounded-sm text-accent-ink underline decoration-accent/40 underline-offset-3 hover:decoration-accent">
      {children}
    </Link>
  );
}
