import type { SettingsView } from "#server/contracts/console/settings.ts";
import type { Deps } from "#server/deps.ts";

/** How this deployment is set up: never a secret. */
export async function readSettings(deps: Deps, deployment: Pick<SettingsView, "url" | "mail" | "queue">): Promise<SettingsView> {
  const db = await deps.db();
  const [company, sources] = await Promise.all([deps.data.consoleSettings.readCompany(db), deps.data.consoleSettings.listSources(db)]);
  return { company, ...deployment, sources };
}
