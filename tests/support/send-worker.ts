import { createChannels } from "#server/channels/registry.ts";
import { createPool } from "#server/data/pool.ts";
import { createDeps } from "#server/deps.ts";
import { drainSending } from "#server/usecases/sending/drain-sending.ts";
import { testEnv } from "./sending-env.ts";

// A worker of its own: decides and hands over everything that is due, and dies where TACT_CRASH_AT says.
const databaseUrl = process.env["TEST_DATABASE_URL"] ?? "";
const smtpUrl = process.env["TEST_SMTP_URL"] ?? "";
const pool = createPool(databaseUrl, { max: 5, name: "crashing worker" });
const env = { ...testEnv, databaseUrl, smtpUrl };
const deps = createDeps({
  pool,
  env,
  queue: { ring: () => {}, close: async () => {} },
  channels: createChannels({ smtpUrl, mailFrom: env.mailFrom, keepMails: async () => {} }),
});
const done = await drainSending(deps);
process.stdout.write(`${JSON.stringify(done)}\n`);
await deps.channels.close();
await pool.end();
