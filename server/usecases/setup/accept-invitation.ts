import type { Deps } from "#server/deps.ts";
import { invitationHash } from "#server/invitation-token.ts";

export type AcceptInvitationResult = { ok: true; userId: string } | { ok: false; reason: "token" | "taken" };

/** Turns a single-use invitation into an account with the role the invitation names. */
export async function acceptInvitation(
  deps: Deps,
  input: { token: string; email: string; name: string; passwordHash: string; ip: string | null },
): Promise<AcceptInvitationResult> {
  const now = deps.clock.now();
  const userId = deps.newId();
  try {
    return await deps.transact(async (tx) => {
      const invitation = await deps.data.invitations.take(tx, invitationHash(input.token), now);
      if (invitation === null) return { ok: false, reason: "token" };
      const { email, name, passwordHash } = input;
      const created = await deps.data.users.insert(tx, { id: userId, email, name, role: invitation.role, passwordHash, createdAt: now });
      // throwing undoes the use of the invitation: the person can try again with another address
      if (!created) throw new AddressTaken();
      await deps.data.audit.append(tx, { kind: "user", id: userId, ip: input.ip }, now, {
        action: "user.accept_invitation",
        objectKind: "user",
        objectId: userId,
        before: null,
        after: { role: invitation.role },
      });
      return { ok: true, userId };
    });
  } catch (error) {
    if (error instanceof AddressTaken) return { ok: false, reason: "taken" };
    throw error;
  }
}

class AddressTaken extends Error {
  override name = "AddressTaken";
}
