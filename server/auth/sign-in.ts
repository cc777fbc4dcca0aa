import * as z from "zod";
import { normaliseEmail } from "../data/users.ts";
import type { Deps } from "../deps.ts";
import { hash16 } from "../ids.ts";
import { verifyPassword } from "../password.ts";
import { ABSOLUTE_MS } from "./session-rules.ts";

const WINDOW_MS = 15 * 60_000;
/** Guesses at one account from one address, and at all accounts from one address, per window. */
const MAX_PER_ACCOUNT = 8;
const MAX_PER_ADDRESS = 60;

const credentialsSchema = z.object({ email: z.string().max(320), password: z.string().max(1000) });

/** What the form sent, if it is text of a sane length: anything else, such as a condition in place of an address, never gets further. */
export function readCredentials(input: unknown): z.infer<typeof credentialsSchema> | null {
  return credentialsSchema.safeParse(input).data ?? null;
}

export type SignInRequest = { email: string; password: string; ip: string | null; userAgent: string | null };
export type SignInResult = { ok: true; sessionId: string } | { ok: false; reason: "wrong" } | { ok: false; reason: "too_many" };

/**
 * Checks a password and opens a session. Unknown, disabled and password-less accounts take the same time and give the same answer as a
 * wrong password. Attempts are counted before the check.
 */
export async function signIn(deps: Deps, request: SignInRequest): Promise<SignInResult> {
  const now = deps.clock.now();
  const address = request.ip ?? "unknown";
  const accountBucket = `account:${hash16(`${normaliseEmail(request.email)}\n${address}`)}`;
  const addressBucket = `address:${hash16(address)}`;
  const counts = await deps.data.signInAttempts.countAttempts(deps.pool, [accountBucket, addressBucket], now, WINDOW_MS);
  if ((counts.get(accountBucket) ?? 0) > MAX_PER_ACCOUNT || (counts.get(addressBucket) ?? 0) > MAX_PER_ADDRESS) {
    return { ok: false, reason: "too_many" };
  }
  const user = await deps.data.users.findByEmail(deps.pool, request.email);
  const usable = user !== null && user.disabledAt === null ? user.passwordHash : null;
  if (!(await verifyPassword(usable, request.password)) || user === null) return { ok: false, reason: "wrong" };

  const sessionId = deps.newId();
  await deps.transact(async (tx) => {
    await deps.data.signInAttempts.forgive(tx, accountBucket, addressBucket);
    await deps.data.signInAttempts.prune(tx, now - 24 * WINDOW_MS);
    await deps.data.sessions.insert(tx, {
      id: sessionId,
      userId: user.id,
      now,
      expiresAt: now + ABSOLUTE_MS,
      ip: request.ip,
      userAgent: request.userAgent?.slice(0, 300) ?? null,
    });
    await deps.data.audit.append(tx, { kind: "user", id: user.id, ip: request.ip }, now, {
      action: "session.open",
      objectKind: "session",
      objectId: sessionId,
      before: null,
      after: null,
    });
  });
  return { ok: true, sessionId };
}

/** Ends one session; whatever still shows its cookie is signed out. */
export async function signOut(deps: Deps, sessionId: string): Promise<void> {
  await deps.data.sessions.revoke(await deps.db(), sessionId, deps.clock.now());
}
