import { randomBytes } from "node:crypto";
import type { Env } from "#server/config/env.ts";
import type { Deps } from "#server/deps.ts";
import { invitationHash, newInvitationToken } from "#server/invitation-token.ts";
import { hashPassword } from "#server/password.ts";
import { provisionDefaultSources } from "#server/usecases/ingest/provision-sources.ts";
import { seedShop } from "#server/usecases/setup/seed-shop.ts";
import type { Credentials } from "./data-folder.ts";

const INVITATION_LIVES_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Gives a new installation its keys and people: the demo company, or the one-time link for the first administrator. Each part is done
 * once and can be repeated after an interruption. `keep` is called with what has to be remembered as soon as it exists.
 */
export async function firstRun(deps: Deps, env: Env, known: Credentials, keep: (credentials: Credentials) => void): Promise<void> {
  let credentials = known;
  const remember = (changes: Partial<Credentials>) => {
    credentials = { ...credentials, ...changes };
    keep(credentials);
  };

  const keys = await provisionDefaultSources(deps, {
    writeKey: env.writeKey ?? credentials.writeKey ?? undefined,
    browserWriteKey: credentials.browserWriteKey ?? undefined,
    apiKey: env.apiKey ?? credentials.apiKey ?? undefined,
  });
  remember({
    writeKey: keys.writeKey ?? credentials.writeKey,
    browserWriteKey: keys.browserWriteKey ?? credentials.browserWriteKey,
    importKey: keys.importKey ?? credentials.importKey,
    apiKey: keys.apiKey ?? credentials.apiKey,
  });

  if (env.demo) {
    const before = credentials.signIns;
    const created = await seedShop(deps, {
      hashPassword,
      // written down before the account exists: an interrupted first start locks nobody out
      passwordFor({ email, role }) {
        const chosen = credentials.signIns.find((signIn) => signIn.email === email)?.password ?? randomBytes(9).toString("base64url");
        remember({ signIns: [...credentials.signIns.filter((signIn) => signIn.email !== email), { role, email, password: chosen }] });
        return chosen;
      },
    });
    // an account that another installation made on this database keeps the password that only that one knows
    const ours = new Set([...before, ...created].map((account) => account.email));
    remember({ signIns: credentials.signIns.filter((signIn) => ours.has(signIn.email)) });
    return;
  }
  const people = await deps.data.users.count(deps.pool);
  if (people > 0 && credentials.setupLink !== null) remember({ setupLink: null });
  if (people === 0 && credentials.setupLink === null) remember({ setupLink: await inviteFirstAdministrator(deps, env) });
}

async function inviteFirstAdministrator(deps: Deps, env: Env): Promise<string> {
  const token = newInvitationToken();
  const now = deps.clock.now();
  await deps.transact((tx) =>
    deps.data.invitations.insert(tx, {
      tokenHash: invitationHash(token),
      email: null,
      role: "admin",
      createdBy: null,
      now,
      expiresAt: now + INVITATION_LIVES_MS,
    }),
  );
  return `${env.url}/setup?token=${token}`;
}
