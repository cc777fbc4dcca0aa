import { hash, verify } from "@node-rs/argon2";

/** argon2id with the OWASP minimum: 19 MiB, two passes, one lane (about 50 ms on one core). */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

let decoy: Promise<string> | undefined;

/**
 * Is this the password behind the stored hash? With no hash it does the same work against a decoy and says no, so that the time taken
 * does not tell whether an account exists.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword("a password that opens nothing");
  const matches = await verify(stored ?? (await decoy), password);
  return stored !== null && matches;
}
