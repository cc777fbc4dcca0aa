import type { Deps } from "#server/deps.ts";
import { AppError } from "#server/errors.ts";
import { invitationHash, newInvitationToken } from "#server/invitation-token.ts";

const INVITATION_MS = 7 * 86_400_000;

export type Acting = { id: string; ip: string | null };
type Person = { id: string; name: string; email: string; role: string; createdAt: number; disabledAt: number | null };

export async function listPeople(deps: Deps): Promise<Person[]> {
  const users = await deps.data.users.list(await deps.db());
  return users.map(({ id, name, email, role, createdAt, disabledAt }) => ({ id, name, email, role, createdAt, disabledAt }));
}

/** Changes a role; it counts from the person's next request on. The last administrator keeps theirs. */
export async function changeRole(deps: Deps, input: { userId: string; role: string; by: Acting }): Promise<void> {
  await changeAccount(deps, { ...input, action: "user.change_role", takesAdmin: input.role !== "admin" }, async (tx) => {
    await deps.data.users.setRole(tx, input.userId, input.role);
    return { role: input.role };
  });
}

/** Disables an account and ends its sessions, or enables it again. The last administrator cannot be disabled. */
export async function setDisabled(deps: Deps, input: { userId: string; disabled: boolean; by: Acting }): Promise<void> {
  const now = deps.clock.now();
  const action = input.disabled ? "user.disable" : "user.enable";
  await changeAccount(deps, { ...input, action, takesAdmin: input.disabled }, async (tx) => {
    await deps.data.users.setDisabled(tx, input.userId, input.disabled ? now : null);
    if (input.disabled) await deps.data.sessions.revokeAllOf(tx, input.userId, now, null);
    return { disabled: input.disabled };
  });
}

async function changeAccount(
  deps: Deps,
  change: { userId: string; by: Acting; action: string; takesAdmin: boolean },
  work: (tx: Parameters<Parameters<Deps["transact"]>[0]>[0]) => Promise<object>,
): Promise<void> {
  await deps.transact(async (tx) => {
    // locked first: two administrators who demote each other at once must not both succeed
    const admins = await deps.data.users.lockAdmins(tx);
    const user = await deps.data.users.findById(tx, change.userId);
    if (user === null) throw new AppError("not_found", "There is no such person.");
    if (change.takesAdmin && admins.length === 1 && admins[0] === user.id) {
      throw new AppError("conflict", "This is the only administrator. Make someone else an administrator first.");
    }
    const after = await work(tx);
    await deps.data.audit.append(tx, { kind: "user", ...change.by }, deps.clock.now(), {
      action: change.action,
      objectKind: "user",
      objectId: user.id,
      before: { role: user.role, disabled: user.disabledAt !== null },
      after,
    });
  });
}

/** Makes a single-use invitation for a role, good for a week. Only its hash is kept: the token is shown this once. */
export async function invitePerson(deps: Deps, input: { role: string; by: Acting }): Promise<{ token: string; expiresAt: number }> {
  const now = deps.clock.now();
  const token = newInvitationToken();
  const expiresAt = now + INVITATION_MS;
  await deps.transact(async (tx) => {
    await deps.data.invitations.insert(tx, {
      tokenHash: invitationHash(token),
      email: null,
      role: input.role,
      createdBy: input.by.id,
      now,
      expiresAt,
    });
    await deps.data.audit.append(tx, { kind: "user", ...input.by }, now, {
      action: "user.invite",
      objectKind: "invitation",
      objectId: invitationHash(token).toString("hex").slice(0, 16),
      before: null,
      after: { role: input.role },
    });
  });
  return { token, expiresAt };
}
