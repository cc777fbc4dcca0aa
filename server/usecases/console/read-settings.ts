import type { SettingsView } from "#server/contracts/console/settings.ts";
import type { Deps } from "#server/deps.ts";

/** How this deployment is set up: never a secret. */
export async function readSettings(deps: Deps, deployment: Pick<SettingsView, "url" | "mail" | "queue">): Promise<SettingsView> {
  const [company, sources] = await Promise.all([
    deps.data.consoleSettings.readCompany(deps.pool),
    deps.data.consoleSettings.listSources(deps.pool),
  ]);
  return {
    company,
    ...deployment,
    sources: sources.map((source) => ({
      ...source,
      keys: source.keys.map((key) => ({ ...key, lastUsedAt: timeOf(key.lastUsedAt), revokedAt: timeOf(key.revokedAt) })),
    })),
  };
}

function timeOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
