import "./globals.css";
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { ThemeFrame } from "#components/app/theme-frame.tsx";

export const metadata: Metadata = {
  title: { default: "Tact", template: "%s · Tact" },
  description: "Help that knows when to step back.",
  robots: { index: false, follow: false },
};
export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f8fafa" },
    { media: "(prefers-color-scheme: dark)", color: "#101617" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // reading it also makes every page dynamic: a nonce belongs to one response
  const nonce = (await headers()).get("x-nonce") ?? "";
  return (
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <body>
        <ThemeFrame nonce={nonce}>{children}</ThemeFrame>
      </body>
    </html>
  );
}
