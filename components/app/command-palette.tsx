"use client";
import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Keyboard, Search, User } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useDeferredValue, useRef, useState } from "react";
import { routes } from "#components/routes.ts";
import { useTRPC } from "#components/rpc/client.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { destinations } from "./navigation.ts";
import { useSession } from "./session.tsx";

const LEAST_LETTERS = 2;
const MAX_CUSTOMERS = 6;

/** Everything by its name: places, and customers while typing. */
export function CommandPalette({
  open,
  onOpenChange,
  onKeys,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onKeys: () => void;
}) {
  const router = useRouter();
  const { permissions } = useSession();
  const trpc = useTRPC();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const search = useDeferredValue(text.trim());
  const customers = useQuery(
    trpc.customers.list.queryOptions({ search }, { enabled: open && search.length >= LEAST_LETTERS, placeholderData: (before) => before }),
  );
  const found = search.length < LEAST_LETTERS ? [] : (customers.data?.items.slice(0, MAX_CUSTOMERS) ?? []);

  function run(action: () => void) {
    onOpenChange(false);
    setText("");
    action();
  }

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Search and commands"
      titleHidden
      place="top"
      className="p-0"
      initialFocus={input}
    >
      <Command label="Search and commands" loop>
        <div className="flex items-center gap-2.5 border-b px-4">
          <Search aria-hidden className="size-4 text-ink-soft" />
          <Command.Input
            ref={input}
            value={text}
            onValueChange={setText}
            placeholder="Go to a page or find a customer"
            className="h-12 flex-1 bg-transparent outline-none placeholder:text-ink-soft"
          />
        </div>
        <Command.List className="max-h-[50dvh] overflow-auto p-1.5">
          <Command.Empty className="px-3 py-8 text-center text-ink-soft">Nothing has this name.</Command.Empty>
          {found.length > 0 && (
            <Group heading="Customers">
              {found.map((customer) => (
                <Entry
                  key={customer.id}
                  // cmdk filters by value: what the server found must not be filtered away again
                  value={`${search} ${customer.id}`}
                  onSelect={() => run(() => router.push(routes.customer(customer.id)))}
                >
                  <User aria-hidden className="size-4 text-ink-soft" />
                  <span className="flex-1 truncate">{customer.label}</span>
                  <span className="truncate text-[13px] text-ink-soft">{customer.userId}</span>
                </Entry>
              ))}
            </Group>
          )}
          <Group heading="Go to">
            {destinations
              .filter((each) => permissions.includes(each.permission))
              .map((each) => (
                <Entry key={each.href} value={each.label} onSelect={() => run(() => router.push(each.href))}>
                  <each.icon aria-hidden className="size-4 text-ink-soft" />
                  <span className="flex-1">{each.label}</span>
                  <Kbd>G</Kbd>
                  <Kbd>{each.key.toUpperCase()}</Kbd>
                </Entry>
              ))}
          </Group>
          <Group heading="Help">
            <Entry value="Show keys shortcuts" onSelect={() => run(onKeys)}>
              <Keyboard aria-hidden className="size-4 text-ink-soft" />
              <span className="flex-1">Show keys</span>
              <Kbd>?</Kbd>
            </Entry>
          </Group>
        </Command.List>
      </Command>
    </Dialog>
  );
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-soft"
    >
      {children}
    </Command.Group>
  );
}

function Entry({ value, onSelect, children }: { value: string; onSelect: () => void; children: ReactNode }) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex h-9 cursor-default items-center gap-2.5 rounded-md px-2.5 data-[selected=true]:bg-accent-soft data-[selected=true]:text-accent-ink"
    >
      {children}
    </Command.Item>
  );
}
