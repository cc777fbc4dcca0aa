import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findCurrentUser } from "#server/auth/current-user.ts";
import { ABSOLUTE_MS, IDLE_MS } from "#server/auth/session-rules.ts";
import { signIn, signOut } from "#server/auth/sign-in.ts";
import { createDeps, type Deps } from "#server/deps.ts";
import { invitationHash, newInvitationToken } from "#server/invitation-token.ts";
import { hashPassword } from "#server/password.ts";
import { changeRole, invitePerson, setDisabled } from "#server/usecases/console/manage-people.ts";
import { acceptInvitation } from "#server/usecases/setup/accept-invitation.ts";
import { createFirstAdmin } from "#server/usecases/setup/create-first-admin.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";
import { silentBell } from "../../support/silent-bell.ts";

const PASSWORD = "a long enough sentence";
const clock = { at: Date.UTC(2026, 10, 22, 12), now: () => clock.at };
let database: TestDatabase;
let deps: Deps;
let passwordHash: string;
let addresses = 0;

const freshIp = () => `10.0.0.${++addresses}`;
const attempt = (email: string, password: string, ip: string) => signIn(deps, { email, password, ip, userAgent: "test" });

async function open(email: string): Promise<string> {
  const result = await attempt(email, PASSWORD, freshIp());
  if (!result.ok) throw new Error(`could not sign in: ${result.reason}`);
  return result.sessionId;
}

async function addUser(email: string, role: string): Promise<string> {
  const id = deps.newId();
  await deps.data.users.insert(database.pool, { id, email, name: email, role, passwordHash, createdAt: clock.at });
  return id;
}

beforeAll(async () => {
  database = await testDatabase();
  deps = createDeps({ pool: database.pool, queue: silentBell(), clock });
  passwordHash = await hashPassword(PASSWORD);
});
beforeEach(() => {
  clock.at += 24 * 3_600_000;
});
afterAll(() => database.close());

describe("the first administrator", () => {
  it("is made once, by whoever holds the printed token", async () => {
    const token = newInvitationToken();
    const now = clock.at;
    const invitation = { tokenHash: invitationHash(token), email: null, role: "admin", createdBy: null, now, expiresAt: now + 3_600_000 };
    await deps.data.invitations.insert(database.pool, invitation);
    const account = { email: "First@X.example", name: "First", passwordHash, ip: null };
    expect(await createFirstAdmin(deps, { ...account, token: "wrong" })).toEqual({ ok: false, reason: "token" });
    const results = await Promise.all([createFirstAdmin(deps, { ...account, token }), createFirstAdmin(deps, { ...account, token })]);
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    expect(await createFirstAdmin(deps, { ...account, token })).toEqual({ ok: false, reason: "taken" });
    expect((await findCurrentUser(deps, await open("first@x.example")))?.role).toBe("admin");
  });
});

describe("signing in", () => {
  it("gives the same answer for a wrong password, an unknown and a disabled account", async () => {
    const id = await addUser("gone@x.example", "agent");
    await deps.data.users.setDisabled(database.pool, id, clock.at);
    await addUser("here@x.example", "agent");
    for (const [email, password] of [
      ["here@x.example", "wrong"],
      ["nobody@x.example", PASSWORD],
      ["gone@x.example", PASSWORD],
    ] as const) {
      expect(await attempt(email, password, freshIp())).toEqual({ ok: false, reason: "wrong" });
    }
  });

  it("stops guessing at one account from one address, and lets others in", async () => {
    await addUser("guessed@x.example", "agent");
    const attacker = freshIp();
    await Promise.all(Array.from({ length: 8 }, () => attempt("guessed@x.example", "wrong", attacker)));
    expect(await attempt("guessed@x.example", PASSWORD, attacker)).toEqual({ ok: false, reason: "too_many" });
    expect((await attempt("guessed@x.example", PASSWORD, freshIp())).ok).toBe(true);
    clock.at += 15 * 60_000;
    expect((await attempt("guessed@x.example", PASSWORD, attacker)).ok).toBe(true);
  });
});

describe("a session", () => {
  it("ends when its person signs out", async () => {
    await addUser("out@x.example", "agent");
    const session = await open("out@x.example");
    await signOut(deps, session);
    expect(await findCurrentUser(deps, session)).toBeNull();
  });

  it("ends after twelve hours without use and after seven days with use", async () => {
    await addUser("busy@x.example", "agent");
    const idle = await open("busy@x.example");
    const busy = await open("busy@x.example");
    const end = clock.at + ABSOLUTE_MS;
    clock.at += IDLE_MS - 1;
    expect(await findCurrentUser(deps, busy)).not.toBeNull();
    clock.at += 1;
    expect(await findCurrentUser(deps, idle)).toBeNull();
    while (clock.at + IDLE_MS / 2 < end) {
      clock.at += IDLE_MS / 2;
      expect(await findCurrentUser(deps, busy)).not.toBeNull();
    }
    clock.at = end;
    expect(await findCurrentUser(deps, busy)).toBeNull();
  });

  it("carries a changed role from the next request on, and ends when the account is disabled", async () => {
    const admin = await addUser("boss@x.example", "admin");
    const id = await addUser("mover@x.example", "agent");
    const session = await open("mover@x.example");
    const by = { id: admin, ip: null };
    await changeRole(deps, { userId: id, role: "manager", by });
    expect((await findCurrentUser(deps, session))?.role).toBe("manager");
    await setDisabled(deps, { userId: id, disabled: true, by });
    expect(await findCurrentUser(deps, session)).toBeNull();
    await setDisabled(deps, { userId: id, disabled: false, by });
    expect(await findCurrentUser(deps, session)).toBeNull();
  });
});

describe("administrators", () => {
  it("cannot all be taken away, not even by two who demote each other at once", async () => {
    const admins = await deps.data.users.lockAdmins(database.pool);
    const results = await Promise.allSettled(
      admins.map((userId) => changeRole(deps, { userId, role: "agent", by: { id: userId, ip: null } })),
    );
    expect(results.some((result) => result.status === "rejected")).toBe(true);
    expect(await deps.data.users.lockAdmins(database.pool)).toHaveLength(1);
  });
});

describe("an invitation", () => {
  it("makes one account with the role it names, and is not used up by an address that is taken", async () => {
    const [admin = ""] = await deps.data.users.lockAdmins(database.pool);
    const { token } = await invitePerson(deps, { role: "compliance", by: { id: admin, ip: null } });
    const account = { token, name: "Cleo", passwordHash, ip: null };
    expect(await acceptInvitation(deps, { ...account, email: "here@x.example" })).toEqual({ ok: false, reason: "taken" });
    expect((await acceptInvitation(deps, { ...account, email: "cleo@x.example" })).ok).toBe(true);
    expect(await acceptInvitation(deps, { ...account, email: "other@x.example" })).toEqual({ ok: false, reason: "token" });
    expect((await findCurrentUser(deps, await open("cleo@x.example")))?.role).toBe("compliance");
  });
});
