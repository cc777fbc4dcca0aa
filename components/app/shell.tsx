"use client";
import { Menu as MenuIcon, Search } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useState } from "react";
import { cn } from "#components/class-names.ts";
import { routes } from "#components/routes.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { CommandPalette } from "./command-palette.tsx";
import { KeySheet } from "./key-sheet.tsx";
import { Logo } from "./logo.tsx";
import { destinations, isHere } from "./navigation.ts";
import { useSession } from "./session.tsx";
import { useKeys } from "./use-keys.ts";

/** The frame of the signed-in console: places on the left, the page on the right. */
export function Shell({ children }: { children: ReactNode }) {
  const [palette, setPalette] = useState(false);
  const [sheet, setSheet] = useState(false);
  const [drawer, setDrawer] = useState(false);
  const keys = useKeys({ onPalette: () => setPalette(true), onSheet: () => setSheet(true) });
  return (
    <div className="min-h-dvh lg:pl-56">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        Skip to the page
      </a>
      <aside className="fixed inset-y-0 left-0 hidden w-56 flex-col border-r bg-surface lg:flex">
        <SideBar onSearch={() => setPalette(true)} />
      </aside>
      <header className="sticky top-0 z-30 flex h-13 items-center gap-1 border-b bg-surface px-2 lg:hidden">
        <Button variant="quiet" size="icon" aria-label="Open navigation" onClick={() => setDrawer(true)}>
          <MenuIcon aria-hidden />
        </Button>
        <Link href={routes.today()} className="rounded-sm px-1">
          <Logo />
        </Link>
        <Button variant="quiet" size="icon" aria-label="Search" className="ml-auto" onClick={() => setPalette(true)}>
          <Search aria-hidden />
        </Button>
      </header>
      <Dialog open={drawer} onOpenChange={setDrawer} title="Navigation" titleHidden place="left" className="flex flex-col p-0">
        <SideBar onSearch={() => setPalette(true)} onGo={() => setDrawer(false)} />
      </Dialog>
      <Notices />
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-[84rem] px-4 py-5 outline-none sm:px-6 lg:px-8 lg:py-7">
        {children}
      </main>
      <CommandPalette open={palette} onOpenChange={setPalette} onKeys={() => setSheet(true)} />
      <KeySheet open={sheet} onOpenChange={setSheet} enabled={keys.enabled} onEnabled={keys.setEnabled} />
    </div>
  );
}

function SideBar({ onSearch, onGo }: { onSearch: () => void; onGo?: () => void }) {
  const path = usePathname();
  const { permissions, company } = useSession();
  return (
    <>
      <div className="px-3 pt-4 pb-3">
        <Link href={routes.today()} onClick={onGo} className="inline-block rounded-sm px-2">
          <Logo />
        </Link>
        <p className="mt-0.5 truncate px-2 text-xs text-ink-soft">{company.name}</p>
      </div>
      <div className="px-3 pb-2">
        <button
          type="button"
          onClick={() => {
            onGo?.();
            onSearch();
          }}
          className="flex h-8 w-full items-center gap-2 rounded-md border bg-page px-2 text-[13px] text-ink-soft hover:text-ink"
        >
          <Search aria-hidden className="size-3.5" />
          <span className="flex-1 text-left">Search</span>
          <Kbd>⌘K</Kbd>
        </button>
      </div>
      <nav aria-label="Main" className="flex-1 overflow-y-auto px-3 py-1">
        <ul className="grid gap-px">
          {destinations
            .filter((each) => permissions.includes(each.permission))
            .map((each) => {
              const here = isHere(each, path);
              return (
                <li key={each.href}>
                  <Link
                    href={each.href}
                    onClick={onGo}
                    aria-current={here ? "page" : undefined}
                    className={cn(
                      "flex h-8 items-center gap-2.5 rounded-md px-2",
                      here ? "bg-accent-soft font-medium text-accent-ink" : "text-ink-soft hover:bg-sunken hover:text-ink",
                    )}
                  >
                    <each.icon aria-hidden className="size-4" strokeWidth={1.75} />
                    {each.label}
                  </Link>
                </li>
              );
            })}
        </ul>
      </nav>
      <div className="border-t p-2">
        <AccountMenu />
      </div>
    </>
  );
}

/** What everybody must know while it lasts. */
function Notices() {
  const { insecure } = useSession();
  if (!insecure) return null;
  return (
    <p role="status" className="border-b bg-warn-soft px-4 py-2 text-center text-[13px] text-warn">
      This console is served without encryption: anyone on the way can read your sign-in. Put it behind https.
    </p>
  );
}
