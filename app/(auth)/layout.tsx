import type { ReactNode } from "react";
import { Logo } from "#components/app/logo.tsx";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 text-center">
          <Logo />
          <p className="mt-1 text-ink-soft">Help that knows when to step back.</p>
        </div>
        <div className="rounded-lg border bg-surface p-6 shadow-card">{children}</div>
      </div>
    </main>
  );
}
