"use client";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { ThemeProvider } from "next-themes";
import type { ReactNode } from "react";
import { Toaster } from "#components/ui/toaster.tsx";

/** What every page stands in: the theme before the first paint, the nonce for inline styles and scripts, messages. */
export function ThemeFrame({ nonce, children }: { nonce: string; children: ReactNode }) {
  return (
    <CSPProvider nonce={nonce}>
      <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange nonce={nonce}>
        {children}
        <Toaster />
      </ThemeProvider>
    </CSPProvider>
  );
}
