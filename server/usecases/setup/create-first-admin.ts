import type { Deps } from "#server/deps.ts";
import { invitationHash } from "#server/invitation-token.ts";

export type CreateFirstAdminResult = { ok: true; userId: string } | { ok: false; reason: "token" | "taken" };

/**
 * Creates the first administrator with the one-time token that the start prints. The token is an invitation for the role admin that no
 * person made; it is used up in the same transaction, so two callers with one token make one account.
 */
export async function createFirstAdmin(
  deps: Deps,
  input: { token: string; email: string; name: string; passwordHash: string; ip: string | null },
): Promise<CreateFirstAdminResult> {
  const now = deps.clock.now();
  const userId = deps.newId();
  return deps.transact(async (tx) => {
    if ((await deps.data.users.count(tx)) > 0) return { ok: false, reason: "taken" };
    const invitation = await deps.data.invitations.take(tx, invitationHash(input.token), now);
    if (invitation?.role !== "admin") return { ok: false, reason: "token" };
    const { email, name, passwordHash } = input;
    await deps.data.users.insert(tx, { id: userId, email, name, role: "admin", passwordHash, createdAt: now });
    await deps.data.audit.append(tx, { kind: "user", id: userId, ip: input.ip }, now, {
      action: "user.create_first_admin",
      objectKind: "user",
      objectId: userId,
      before: null,
      after: { role: "admin" },
    });
    return { ok: true, userId };
  });
}
