import { normaliseEmail } from "../data/users.ts";
import type { Deps } from "../deps.ts";
import { hash16 } from "../ids.ts";
import { verifyPassword } from "../password.ts";
import { ABSOLUTE_MS } from "./session-rules.ts";

const WINDOW_MS = 15 * 60_000;
/** Guesses at one account from one address, and at all accounts from one address, per window. */
const MAX_PER_ACCOUNT = 8;
const MAX_PER_ADDRESS = 60;

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
  await deps.data.sessions.revoke(deps.pool, sessionId, deps.clock.now());
}
