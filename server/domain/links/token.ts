/** What a link on a public page or in a message is for. A link opens one person's page of one purpose and nothing else. */
export const linkPurposes = ["unsubscribe", "preferences", "why", "survey"] as const;
export type LinkPurpose = (typeof linkPurposes)[number];

/** The path each purpose is served under; also what a mail scanner sees. */
export const linkPaths: Record<LinkPurpose, string> = { unsubscribe: "/u", preferences: "/p", why: "/why", survey: "/survey" };

/** `exp` is epoch milliseconds, kept to the second. */
export type LinkClaims = { purpose: LinkPurpose; customerId: string; messageId: string | null; exp: number };

const letters: Record<LinkPurpose, string> = { unsubscribe: "u", preferences: "p", why: "w", survey: "s" };
const byLetter = new Map(linkPurposes.map((purpose) => [letters[purpose], purpose]));
const NO_MESSAGE = "0".repeat(32);
const VERSION = "1";

/** The signed part of a token: version, key id and claims. Ids only; nothing about the person can be read from it. */
export function encodeClaims(keyId: string, claims: LinkClaims): string {
  const exp = Math.floor(claims.exp / 1000).toString(36);
  const message = claims.messageId === null ? NO_MESSAGE : claims.messageId.replaceAll("-", "");
  return `${VERSION}.${keyId}.${letters[claims.purpose]}${claims.customerId.replaceAll("-", "")}${message}${exp}`;
}

const tokenShape = /^1\.([A-Za-z0-9_-]{1,16})\.([a-z])([0-9a-f]{32})([0-9a-f]{32})([0-9a-z]{1,10})\.([A-Za-z0-9_-]{22,64})$/;

/** Takes a token apart without believing it: `signed` must still match `mac` under the key `keyId`. Null when it is no token. */
export function parseToken(token: string): { signed: string; keyId: string; mac: string; claims: LinkClaims } | null {
  if (token.length > 200) return null;
  const match = tokenShape.exec(token);
  if (match === null) return null;
  const [, keyId = "", letter = "", customer = "", message = "", exp = "", mac = ""] = match;
  const purpose = byLetter.get(letter);
  if (purpose === undefined) return null;
  const claims: LinkClaims = {
    purpose,
    customerId: dashed(customer),
    messageId: message === NO_MESSAGE ? null : dashed(message),
    exp: Number.parseInt(exp, 36) * 1000,
  };
  return { signed: token.slice(0, token.lastIndexOf(".")), keyId, mac, claims };
}

function dashed(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
