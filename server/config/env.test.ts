import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { EnvFaults, readEnv, readSettings } from "./env.ts";
import { newSecret, parseSecrets } from "./secret.ts";

const secret = "a".repeat(32);
const database = "postgresql://tact:pw@localhost:5432/tact";

function faultsOf(source: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings(source);
  } catch (error) {
    if (error instanceof EnvFaults) return error.faults;
    throw error;
  }
  return [];
}

describe("the environment", () => {
  test("may be empty: then the embedded demo runs on loopback, port 3000", () => {
    expect(readSettings({ NODE_ENV: "test" })).toMatchObject({
      port: 3000,
      host: "127.0.0.1",
      url: "http://localhost:3000",
      dataDir: resolve(".data"),
      databaseUrl: null,
      redisUrl: null,
      demo: true,
      smtpUrl: null,
      oidc: null,
    });
  });

  test("is refused with every fault named at once", () => {
    const faults = faultsOf({
      NODE_ENV: "test",
      PORT: "70000",
      TACT_URL: "https://help.example.com/path",
      DATABASE_URL: "mysql://x",
      REDIS_URL: "nowhere",
      TACT_SECRET: "short",
      TACT_DEMO: "yes",
      TACT_WRITE_KEY: "with space",
      TACT_SMTP_URL: "http://mail",
      OIDC_CLIENT_ID: "tact",
    });
    const named = faults.map((fault) => fault.split(" ")[0]);
    expect([...named].sort()).toEqual(
      [
        "PORT",
        "TACT_URL",
        "DATABASE_URL",
        "REDIS_URL",
        "TACT_SECRET",
        "TACT_DEMO",
        "TACT_WRITE_KEY",
        "TACT_SMTP_URL",
        "TACT_MAIL_FROM",
        "OIDC_ISSUER",
        "OIDC_CLIENT_SECRET",
      ].sort(),
    );
  });

  test("never repeats a value in a fault: values may be secrets", () => {
    const faults = faultsOf({ NODE_ENV: "test", TACT_SECRET: "hunter2", DATABASE_URL: "mysql://u:hunter2@h/db" });
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.join("\n")).not.toContain("hunter2");
  });

  test("with a database of one's own needs a secret", () => {
    expect(faultsOf({ NODE_ENV: "test", DATABASE_URL: database })).toEqual([expect.stringContaining("TACT_SECRET is missing")]);
  });

  test("with a database of one's own starts empty unless the demo is asked for", () => {
    expect(readEnv({ NODE_ENV: "test", DATABASE_URL: database, TACT_SECRET: secret }).demo).toBe(false);
    expect(readEnv({ NODE_ENV: "test", DATABASE_URL: database, TACT_SECRET: secret, TACT_DEMO: "1" }).demo).toBe(true);
  });

  test("treats an empty variable as one that is not set", () => {
    expect(readSettings({ NODE_ENV: "test", REDIS_URL: "", PORT: "" })).toMatchObject({ redisUrl: null, port: 3000 });
  });

  test("does not let a process run without database and secret", () => {
    expect(() => readEnv({ NODE_ENV: "test" })).toThrow("DATABASE_URL and TACT_SECRET are missing");
  });
});

describe("secrets", () => {
  test("carry a key id, given or derived, and the newest comes first", () => {
    expect(parseSecrets(`k2:${secret},${"b".repeat(32)}`)).toEqual({
      keys: [
        { id: "k2", value: secret },
        { id: expect.stringMatching(/^[0-9a-f]{8}$/), value: "b".repeat(32) },
      ],
      faults: [],
    });
  });

  test("made by us are accepted by us", () => {
    expect(parseSecrets(newSecret()).faults).toEqual([]);
  });

  test("with one id twice are refused", () => {
    expect(parseSecrets(`k:${secret},k:${"b".repeat(32)}`).faults).toEqual(["names the key id k twice"]);
  });
});
