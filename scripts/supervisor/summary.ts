import type { Settings } from "#server/config/env.ts";
import type { Credentials } from "./data-folder.ts";

/** What the operator needs after a start: where to click, how to sign in, which keys to send with. */
export function summary(options: { settings: Settings; credentials: Credentials; tookMs: number }): string {
  const { settings, credentials } = options;
  const lines = ["", `Tact is ready (${(options.tookMs / 1000).toFixed(1)} s).`, "", `  Open        ${settings.url}`];
  if (credentials.setupLink) lines.push(`  First administrator (works once): ${credentials.setupLink}`);
  if (credentials.signIns.length > 0) {
    const width = Math.max(...credentials.signIns.map((signIn) => signIn.email.length));
    lines.push("", "  Sign in as");
    for (const { role, email, password } of credentials.signIns) lines.push(`    ${role.padEnd(12)} ${email.padEnd(width)}  ${password}`);
  }
  const writeKey = settings.writeKey ?? credentials.writeKey;
  const apiKey = settings.apiKey ?? credentials.apiKey;
  if (writeKey || apiKey) lines.push("");
  if (writeKey) lines.push(`  Write key   ${writeKey}   (send events: POST ${settings.url}/v1/track)`);
  if (apiKey) lines.push(`  API key     ${apiKey}   (for servers: Authorization: Bearer …)`);
  lines.push("", `  Data, logs and these credentials: ${settings.dataDir}`, "  Stop with Ctrl-C.", "");
  return `${lines.join("\n")}\n`;
}
