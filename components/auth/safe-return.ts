import { routes } from "#components/routes.ts";

/** Where to go after signing in: a path of ours, never another site, whatever the address said. */
export function safeReturn(to: unknown): string {
  if (typeof to !== "string" || !to.startsWith("/") || to.startsWith("//") || to.includes("\\")) return routes.today();
  return to;
}
