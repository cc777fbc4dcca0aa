import { randomBytes } from "node:crypto";
import type { NewKey } from "#server/contracts/console/sources.ts";
import type { Deps } from "#server/deps.ts";
import { AppError } from "#server/errors.ts";
import { newKey } from "../ingest/new-key.ts";
import type { Acting } from "./manage-people.ts";

type Tx = Parameters<Parameters<Deps["transact"]>[0]>[0];
type Source = NonNullable<Awaited<ReturnType<Deps["data"]["sources"]["lockSource"]>>>;
type KeyToMake = { kind: "write" | "api"; source: Source; name: string; scopes: readonly string[] };

async function sourceOf(tx: Tx, deps: Deps, id: string): Promise<Source> {
  const source = await deps.data.sources.lockSource(tx, id);
  if (source === null) throw new AppError("not_found", "There is no such source.");
  return source;
}

async function makeKey(tx: Tx, deps: Deps, key: KeyToMake, audit: { by: Acting; action: string; before: object | null }): Promise<NewKey> {
  const id = deps.newId();
  const plain = newKey(key.kind);
  const at = deps.clock.now();
  const { source, name, kind, scopes } = key;
  await deps.data.apiKeys.ensureKey(tx, { id, kind, sourceId: source.id, name, plain, scopes, at });
  const prefix = deps.data.apiKeys.keyPrefix(plain);
  await deps.data.audit.append(tx, { kind: "user", ...audit.by }, at, {
    action: audit.action,
    objectKind: "api_key",
    objectId: id,
    before: audit.before,
    after: { source: source.name, name, kind, prefix, scopes },
  });
  return { id, plain, prefix };
}

/** Makes a key. It is returned this once; only its hash is kept. */
export async function createKey(
  deps: Deps,
  input: { sourceId: string; kind: "write" | "api"; name: string; scopes: readonly string[]; by: Acting },
): Promise<NewKey> {
  return deps.transact(async (tx) => {
    const source = await sourceOf(tx, deps, input.sourceId);
    if (input.kind === "api" && source.kind !== "server") {
      throw new AppError("invalid", "An API key belongs to a server source: in a browser or a file anybody could read it.", {
        issues: [{ field: "kind", message: "Choose a write key." }],
      });
    }
    if (input.kind === "api" && input.scopes.length === 0) {
      throw new AppError("invalid", "An API key that may do nothing is of no use.", {
        issues: [{ field: "scopes", message: "Choose at least one." }],
      });
    }
    const scopes = input.kind === "api" ? [...new Set(input.scopes)] : [];
    return makeKey(tx, deps, { kind: input.kind, source, name: input.name, scopes }, { by: input.by, action: "key.create", before: null });
  });
}

/** Makes a key that may do what the old one may. The old one works until it is revoked, so that nothing stops in between. */
export async function rotateKey(deps: Deps, input: { keyId: string; by: Acting }): Promise<NewKey> {
  return deps.transact(async (tx) => {
    const old = await deps.data.apiKeys.lockKey(tx, input.keyId);
    if (old === null) throw new AppError("not_found", "There is no such key.");
    if (old.revokedAt !== null) throw new AppError("conflict", "This key is revoked already. Make a new one instead.");
    const source = await sourceOf(tx, deps, old.sourceId);
    const before = { replaces: old.prefix, id: old.id };
    return makeKey(
      tx,
      deps,
      { kind: old.kind, source, name: old.name, scopes: old.scopes },
      { by: input.by, action: "key.rotate", before },
    );
  });
}

/** Ends a key for good; gateways forget it within five seconds. */
export async function revokeKey(deps: Deps, input: { keyId: string; by: Acting }): Promise<void> {
  await deps.transact(async (tx) => {
    const key = await deps.data.apiKeys.lockKey(tx, input.keyId);
    if (key === null) throw new AppError("not_found", "There is no such key.");
    if (key.revokedAt !== null) return;
    const now = deps.clock.now();
    await deps.data.apiKeys.revokeKey(tx, key.id, now);
    await deps.data.audit.append(tx, { kind: "user", ...input.by }, now, {
      action: "key.revoke",
      objectKind: "api_key",
      objectId: key.id,
      before: { name: key.name, kind: key.kind, prefix: key.prefix, scopes: key.scopes },
      after: { revoked: true },
    });
  });
}

/** Says from which web origins a browser source may be used. */
export async function setOrigins(deps: Deps, input: { sourceId: string; origins: readonly string[]; by: Acting }): Promise<void> {
  await changeBrowserSource(deps, input, "source.set_origins", async (tx, source) => {
    const origins = [...new Set(input.origins)];
    await deps.data.sources.setOrigins(tx, source.id, origins);
    return { before: { origins: source.allowedOrigins }, after: { origins } };
  });
}

/**
 * Gives a browser source a new secret for `context.userHash` and returns it this once. What the old one proved is no proof from then on.
 * It is text: its UTF-8 bytes are the key of the HMAC, so that every language can use it as it is shown.
 */
export async function rotateSecret(deps: Deps, input: { sourceId: string; by: Acting }): Promise<{ secret: string }> {
  const secret = `tact_hs_${randomBytes(24).toString("base64url")}`;
  await changeBrowserSource(deps, input, "source.rotate_secret", async (tx, source) => {
    await deps.data.sources.setSecret(tx, source.id, Buffer.from(secret, "utf8"));
    return { before: { secret: source.hasSecret ? "set" : "none" }, after: { secret: "replaced" } };
  });
  return { secret };
}

async function changeBrowserSource(
  deps: Deps,
  change: { sourceId: string; by: Acting },
  action: string,
  work: (tx: Tx, source: Source) => Promise<{ before: object; after: object }>,
): Promise<void> {
  await deps.transact(async (tx) => {
    const source = await sourceOf(tx, deps, change.sourceId);
    if (source.kind !== "browser") throw new AppError("invalid", "Only a browser source has origins and a secret.");
    const { before, after } = await work(tx, source);
    await deps.data.audit.append(tx, { kind: "user", ...change.by }, deps.clock.now(), {
      action,
      objectKind: "source",
      objectId: source.id,
      before,
      after,
    });
  });
}
