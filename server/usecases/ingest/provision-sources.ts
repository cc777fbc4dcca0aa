import { randomBytes } from "node:crypto";
import { apiScopes } from "#server/contracts/public-api/scopes.ts";
import type { Deps } from "#server/deps.ts";
import { newKey } from "./new-key.ts";

export type ProvisionInput = {
  /** Keys to use instead of new random ones (`TACT_WRITE_KEY`, `TACT_API_KEY`). */
  writeKey?: string | undefined;
  browserWriteKey?: string | undefined;
  apiKey?: string | undefined;
  /** Web origins the browser key may be used from; any, unless given. */
  websiteOrigins?: readonly string[] | undefined;
};

/** Keys in plain text; null where a key exists already and so cannot be shown again. */
export type ProvisionedKeys = { writeKey: string | null; browserWriteKey: string | null; importKey: string | null; apiKey: string | null };

/**
 * Makes the sources `server`, `website` and `import` with a key each, and an API key with every scope. Running it again changes
 * nothing and adds only keys that are given and not known yet.
 */
export async function provisionDefaultSources(deps: Deps, input: ProvisionInput = {}): Promise<ProvisionedKeys> {
  const { sources, apiKeys } = deps.data;
  return deps.transact(async (tx) => {
    const at = deps.clock.now();
    const base = { allowedOrigins: [], hmacSecret: null, at };
    const server = await sources.ensureSource(tx, { ...base, id: deps.newId(), key: "server", name: "Server", kind: "server" });
    const website = await sources.ensureSource(tx, {
      ...base,
      id: deps.newId(),
      key: "website",
      name: "Website",
      kind: "browser",
      allowedOrigins: input.websiteOrigins ?? ["*"],
      hmacSecret: randomBytes(32),
    });
    const imports = await sources.ensureSource(tx, { ...base, id: deps.newId(), key: "import", name: "Imports", kind: "import" });

    const provide = async (sourceId: string, kind: "write" | "api", name: string, given: string | undefined): Promise<string | null> => {
      if (given === undefined && (await apiKeys.hasActiveKey(tx, sourceId, kind))) return null;
      const plain = given ?? newKey(kind);
      const scopes = kind === "api" ? [...apiScopes] : [];
      await apiKeys.ensureKey(tx, { id: deps.newId(), kind, sourceId, name, plain, scopes, at });
      return plain;
    };
    return {
      writeKey: await provide(server, "write", "Server write key", input.writeKey),
      browserWriteKey: await provide(website, "write", "Website write key", input.browserWriteKey),
      importKey: await provide(imports, "write", "Import write key", undefined),
      apiKey: await provide(server, "api", "API key", input.apiKey),
    };
  });
}
