import type { Env } from "#server/config/env.ts";

/** The environment of a deployment under test. */
export const testEnv: Env = {
  port: 3000,
  host: "127.0.0.1",
  url: "http://localhost:3000",
  dataDir: "/tmp",
  databaseUrl: "postgres://unused",
  redisUrl: null,
  secrets: [{ id: "k1", value: "a secret that is only used in tests, 40 chars" }],
  demo: false,
  writeKey: null,
  apiKey: null,
  smtpUrl: null,
  mailFrom: "Acme <help@acme.test>",
  oidc: null,
  nextPort: null,
  poolSize: 10,
};
