import {
  Activity,
  BookText,
  Gauge,
  type LucideIcon,
  Mailbox,
  RadioTower,
  ScrollText,
  Send,
  Settings2,
  ShieldCheck,
  Users,
  Waypoints,
} from "lucide-react";
import { routes } from "#components/routes.ts";

export type Destination = { href: string; label: string; icon: LucideIcon; permission: string; key: string };

/** The places of the console in their order; `key` is the letter after G. */
export const destinations: readonly Destination[] = [
  { href: routes.today(), label: "Today", icon: Gauge, permission: "today.read", key: "t" },
  { href: routes.journeys(), label: "Journeys", icon: Waypoints, permission: "journeys.read", key: "j" },
  { href: routes.signals(), label: "Signals", icon: Activity, permission: "definitions.read", key: "s" },
  { href: routes.responses(), label: "Responses", icon: BookText, permission: "definitions.read", key: "r" },
  { href: routes.policies(), label: "Policies", icon: ShieldCheck, permission: "definitions.read", key: "p" },
  { href: routes.customers(), label: "Customers", icon: Users, permission: "customers.read", key: "c" },
  { href: routes.outbox(), label: "Outbox", icon: Mailbox, permission: "outbox.read", key: "o" },
  { href: routes.deliveries(), label: "Deliveries", icon: Send, permission: "deliveries.read", key: "d" },
  { href: routes.sources(), label: "Data sources", icon: RadioTower, permission: "sources.read", key: "k" },
  { href: routes.audit(), label: "Audit", icon: ScrollText, permission: "audit.read", key: "a" },
  { href: routes.settings(), label: "Settings", icon: Settings2, permission: "settings.read", key: "e" },
];

/** Is `path` at or below this destination? */
export function isHere(destination: Destination, path: string): boolean {
  return path === destination.href || path.startsWith(`${destination.href}/`);
}
