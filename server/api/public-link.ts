import type { LinkPurpose } from "../domain/links/token.ts";
import { linkLifetimeMs, linkUrl, readLink } from "../usecases/links/links.ts";
import { getRuntime } from "./runtime.ts";

export type OpenLink = { customerId: string; messageId: string | null };

/** Who a public link belongs to; null for anything that is not a good link of ours. Reading changes nothing. */
export function openLink(purpose: LinkPurpose, token: string): OpenLink | null {
  return readLink(getRuntime().deps, purpose, token);
}

/** The customer's own preference page, for the links of other pages. */
export function preferenceUrl(link: OpenLink): string {
  const { deps } = getRuntime();
  return linkUrl(deps, { purpose: "preferences", ...link, exp: deps.clock.now() + linkLifetimeMs.preferences });
}

/** A form that was sent from another site is not the customer's. */
export function fromElsewhere(request: Request): boolean {
  const origin = request.headers.get("origin");
  return origin !== null && origin !== "null" && origin !== getRuntime().env.url;
}
