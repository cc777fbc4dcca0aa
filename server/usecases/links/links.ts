import { createHmac, timingSafeEqual } from "node:crypto";
import type { Deps } from "#server/deps.ts";
import { encodeClaims, type LinkClaims, type LinkPurpose, linkPaths, parseToken } from "#server/domain/links/token.ts";

type Keys = Pick<Deps, "env">;

const DAY = 86_400_000;
/** How long a link of a message stays good. An opt-out has to work for as long as people keep mail. */
export const linkLifetimeMs: Record<LinkPurpose, number> = {
  unsubscribe: 800 * DAY,
  preferences: 400 * DAY,
  why: 400 * DAY,
  survey: 30 * DAY,
};

/** HMAC-SHA-256, domain-separated from every other use of the secret, cut to 160 bits. */
function macOf(secret: string, signed: string): Buffer {
  return createHmac("sha256", secret).update("tact public link\n").update(signed).digest().subarray(0, 20);
}

/** The token of one link, signed with the newest key. */
export function signLink(deps: Keys, claims: LinkClaims): string {
  const [key] = deps.env.secrets;
  const signed = encodeClaims(key.id, claims);
  return `${signed}.${macOf(key.value, signed).toString("base64url")}`;
}

/** The address of one link. */
export function linkUrl(deps: Keys, claims: LinkClaims): string {
  return `${deps.env.url}${linkPaths[claims.purpose]}/${signLink(deps, claims)}`;
}

/**
 * The claims of a token, or null: not ours, changed, expired, or made for another purpose. All of these look alike to the caller, so
 * that a page gives no hint whether a person exists. Any key that is still configured verifies.
 */
export function readLink(
  deps: Keys & Pick<Deps, "clock">,
  purpose: LinkPurpose,
  token: string,
): { customerId: string; messageId: string | null } | null {
  const parsed = parseToken(token);
  if (parsed === null) return null;
  const key = deps.env.secrets.find((one) => one.id === parsed.keyId);
  if (key === undefined) return null;
  const given = Buffer.from(parsed.mac, "base64url");
  const expected = macOf(key.value, parsed.signed);
  // A second spelling of the same bytes (spare bits of base64) is not our token either.
  if (given.length !== expected.length || given.toString("base64url") !== parsed.mac || !timingSafeEqual(given, expected)) return null;
  if (parsed.claims.purpose !== purpose || parsed.claims.exp <= deps.clock.now()) return null;
  return { customerId: parsed.claims.customerId, messageId: parsed.claims.messageId };
}
