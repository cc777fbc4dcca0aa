"use client";
import { ChevronsUpDown, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { signOut } from "next-auth/react";
import { useTheme } from "next-themes";
import { routes } from "#components/routes.ts";
import { Menu, MenuItem, MenuRadio, MenuSeparator } from "#components/ui/menu.tsx";
import { useSession } from "./session.tsx";

/** Who is signed in, the theme, and the way out. */
export function AccountMenu() {
  const { user } = useSession();
  const { theme = "system", setTheme } = useTheme();
  return (
    <Menu
      side="top"
      trigger={
        <button
          type="button"
          aria-label={`Account of ${user.name}`}
          className="flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left hover:bg-sunken"
        >
          <span aria-hidden className="grid size-7 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent-ink">
            {initials(user.name)}
          </span>
          <span className="min-w-0 flex-1 leading-tight">
            <span className="block truncate text-[13px] font-medium">{user.name}</span>
            <span className="block truncate text-xs text-ink-soft">{user.roleName}</span>
          </span>
          <ChevronsUpDown aria-hidden className="size-3.5 text-ink-soft" />
        </button>
      }
    >
      <MenuRadio
        label="Theme"
        value={theme}
        onChange={setTheme}
        options={[
          { value: "system", label: "System theme", icon: <Monitor aria-hidden /> },
          { value: "light", label: "Light", icon: <Sun aria-hidden /> },
          { value: "dark", label: "Dark", icon: <Moon aria-hidden /> },
        ]}
      />
      <MenuSeparator />
      <MenuItem onClick={() => void signOut({ callbackUrl: routes.signIn() })}>
        <LogOut aria-hidden />
        Sign out
      </MenuItem>
    </Menu>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return `${words[0]?.[0] ?? ""}${words.length > 1 ? (words.at(-1)?.[0] ?? "") : ""}`.toUpperCase();
}
