"use client";
import { Dialog } from "#components/ui/dialog.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { destinations } from "./navigation.ts";
import { useSession } from "./session.tsx";

type Props = { open: boolean; onOpenChange: (open: boolean) => void; enabled: boolean; onEnabled: (on: boolean) => void };

/** Every key there is, and the switch that turns single keys off. */
export function KeySheet({ open, onOpenChange, enabled, onEnabled }: Props) {
  const { permissions } = useSession();
  const rows = [
    { label: "Search and commands", keys: ["⌘", "K"] },
    { label: "Search this page", keys: ["/"] },
    { label: "Show keys", keys: ["?"] },
    ...destinations
      .filter((each) => permissions.includes(each.permission))
      .map((each) => ({ label: `Go to ${each.label}`, keys: ["G", each.key.toUpperCase()] })),
  ];
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keys">
      <dl className="mt-4 grid gap-2.5">
        {rows.map((row) => (
          <div key={row.label} className="flex items-center justify-between gap-4">
            <dt>{row.label}</dt>
            <dd className="flex gap-1">
              {row.keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label className="mt-5 flex items-center gap-2.5 border-t pt-4">
        <input type="checkbox" checked={enabled} onChange={(event) => onEnabled(event.target.checked)} className="size-4 accent-accent" />
        Use single keys
      </label>
    </Dialog>
  );
}
