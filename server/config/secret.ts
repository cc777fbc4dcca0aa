import { createHash, randomBytes } from "node:crypto";

/** `id` travels with what the key signed, so that a key can be replaced while older links stay readable. */
export type SecretKey = { id: string; value: string };

const LEAST_LENGTH = 32;

/**
 * Reads TACT_SECRET: `id:secret`, or several separated by commas, newest first (the first signs, all verify). A secret without an id
 * gets the first eight hex digits of its sha256.
 */
export function parseSecrets(text: string | undefined): { keys: SecretKey[]; faults: string[] } {
  const keys: SecretKey[] = [];
  const faults: string[] = [];
  for (const part of (text ?? "").split(",").filter((piece) => piece.trim() !== "")) {
    const key = parseSecret(part.trim());
    if (key.value.length < LEAST_LENGTH) faults.push(`must have at least ${LEAST_LENGTH} characters (make one with: openssl rand -hex 32)`);
    else if (!/^[A-Za-z0-9_-]{1,16}$/.test(key.id))
      faults.push("must begin with a key id of 1–16 letters, digits, _ or - before the colon");
    else if (keys.some((other) => other.id === key.id)) faults.push(`names the key id ${key.id} twice`);
    else keys.push(key);
  }
  return { keys, faults };
}

function parseSecret(text: string): SecretKey {
  const colon = text.indexOf(":");
  if (colon >= 0) return { id: text.slice(0, colon), value: text.slice(colon + 1) };
  return { id: createHash("sha256").update(text).digest("hex").slice(0, 8), value: text };
}

/** A new secret with a key id of its own, in the form TACT_SECRET takes. */
export function newSecret(): string {
  return `${randomBytes(3).toString("hex")}:${randomBytes(32).toString("base64url")}`;
}
