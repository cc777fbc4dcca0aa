import { resolve } from "node:path";
import * as z from "zod";
import { parseSecrets, type SecretKey } from "./secret.ts";

/** What the operator wrote, checked. Whatever may be left out in embedded mode is null here. */
export type Settings = {
  /** The public port: the gateway owns it. */
  port: number;
  /** The address to bind to. */
  host: string;
  /** The one origin for links, sign-in and Origin checks, without a trailing slash. */
  url: string;
  /** Absolute. */
  dataDir: string;
  databaseUrl: string | null;
  /** null: the queue keeps its jobs in PostgreSQL. */
  redisUrl: string | null;
  /** The first signs, all verify. */
  secrets: readonly SecretKey[];
  demo: boolean;
  writeKey: string | null;
  apiKey: string | null;
  /** null: e-mail goes to the sandbox outbox. */
  smtpUrl: string | null;
  mailFrom: string;
  oidc: { issuer: string; clientId: string; clientSecret: string; name: string } | null;
  /** The loopback port of the console's own process; null where the gateway runs without a console. */
  nextPort: number | null;
  /** Connections each process may hold; see docs/OPERATIONS.md. */
  poolSize: number;
};

/** What a process of Tact runs with: a database and a signing secret are there. */
export type Env = Omit<Settings, "databaseUrl" | "secrets"> & {
  databaseUrl: string;
  secrets: readonly [SecretKey, ...SecretKey[]];
};

/** All that is wrong with the environment, one line each. */
export class EnvFaults extends Error {
  override name = "EnvFaults";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The environment is not usable:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
    this.faults = faults;
  }
}

const port = z.coerce
  .number("must be a whole number")
  .int("must be a whole number")
  .min(1, "must be 1–65535")
  .max(65_535, "must be 1–65535");

function address(protocols: readonly string[], example: string) {
  return z.string().refine((text) => protocols.includes(protocolOf(text)), `must look like ${example}`);
}

function protocolOf(text: string): string {
  try {
    return new URL(text).protocol;
  } catch {
    // not an address at all: no protocol matches
    return "";
  }
}

function isOrigin(text: string): boolean {
  return ["http:", "https:"].includes(protocolOf(text)) && new URL(text).origin === text.replace(/\/$/, "");
}

const flag = z.enum(["0", "1"], "must be 0 or 1").transform((text) => text === "1");
const key = z.string().regex(/^[A-Za-z0-9_-]{16,128}$/, "must be 16–128 letters, digits, _ or -");

const variables = z.object({
  PORT: port.default(3000),
  TACT_HOST: z.string().default("127.0.0.1"),
  TACT_URL: z.string().refine(isOrigin, "must be an origin such as https://help.example.com, without a path").optional(),
  TACT_DATA_DIR: z.string().default(".data"),
  DATABASE_URL: address(["postgres:", "postgresql:"], "postgresql://user:password@host:5432/tact").optional(),
  REDIS_URL: address(["redis:", "rediss:"], "redis://host:6379").optional(),
  TACT_SECRET: z.string().optional(),
  TACT_DEMO: flag.optional(),
  TACT_WRITE_KEY: key.optional(),
  TACT_API_KEY: key.optional(),
  TACT_SMTP_URL: address(["smtp:", "smtps:"], "smtp://user:password@host:587").optional(),
  TACT_MAIL_FROM: z
    .string()
    .regex(/^[^\r\n<>]*<?[^\s<>@]+@[^\s<>@]+>?$/, 'must be an address such as "Acme <help@example.com>"')
    .optional(),
  OIDC_ISSUER: address(["https:", "http:"], "https://sign-in.example.com").optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_NAME: z.string().default("Single sign-on"),
  TACT_NEXT_PORT: port.optional(),
  TACT_POOL_SIZE: z.coerce.number().int("must be a whole number").min(2, "must be at least 2").max(100, "must be at most 100").default(10),
});
type Variables = z.infer<typeof variables>;

/** Parses the operator's environment. Throws EnvFaults naming every wrong variable at once. */
export function readSettings(source: NodeJS.ProcessEnv = process.env): Settings {
  // an empty variable is one that was not set: compose files and shells write them so
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = variables.safeParse(given);
  const secrets = parseSecrets(given.TACT_SECRET);
  const faults = [
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`)),
    ...secrets.faults.map((fault) => `TACT_SECRET ${fault}`),
    ...faultsBetween(given),
  ];
  if (!parsed.success || faults.length > 0) throw new EnvFaults(faults);
  return toSettings(parsed.data, secrets.keys);
}

/** Variables that only make sense together. */
function faultsBetween(given: Record<string, string | undefined>): string[] {
  const faults: string[] = [];
  if (given.DATABASE_URL && !given.TACT_SECRET) {
    faults.push("TACT_SECRET is missing: with DATABASE_URL set, every process needs the same secret (make one with: openssl rand -hex 32)");
  }
  if (given.TACT_SMTP_URL && !given.TACT_MAIL_FROM) faults.push("TACT_MAIL_FROM is missing: mail through TACT_SMTP_URL needs a sender");
  const oidc = ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"];
  if (oidc.some((name) => given[name])) {
    for (const name of oidc) if (!given[name]) faults.push(`${name} is missing: ${oidc.join(", ")} belong together`);
  }
  return faults;
}

function toSettings(given: Variables, secrets: readonly SecretKey[]): Settings {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = given;
  return {
    port: given.PORT,
    host: given.TACT_HOST,
    url: (given.TACT_URL ?? `http://localhost:${given.PORT}`).replace(/\/$/, ""),
    dataDir: resolve(given.TACT_DATA_DIR),
    databaseUrl: given.DATABASE_URL ?? null,
    redisUrl: given.REDIS_URL ?? null,
    secrets,
    demo: given.TACT_DEMO ?? given.DATABASE_URL === undefined,
    writeKey: given.TACT_WRITE_KEY ?? null,
    apiKey: given.TACT_API_KEY ?? null,
    smtpUrl: given.TACT_SMTP_URL ?? null,
    mailFrom: given.TACT_MAIL_FROM ?? "Tact <help@localhost>",
    oidc: issuer && clientId && clientSecret ? { issuer, clientId, clientSecret, name: given.OIDC_NAME } : null,
    nextPort: given.TACT_NEXT_PORT ?? null,
    poolSize: given.TACT_POOL_SIZE,
  };
}

/** Parses the environment of a process of Tact, which needs a database and a secret. */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const settings = readSettings(source);
  const [first, ...older] = settings.secrets;
  if (settings.databaseUrl === null || first === undefined) {
    throw new EnvFaults(["DATABASE_URL and TACT_SECRET are missing: start through `npm start`, or set both"]);
  }
  return { ...settings, databaseUrl: settings.databaseUrl, secrets: [first, ...older] };
}
