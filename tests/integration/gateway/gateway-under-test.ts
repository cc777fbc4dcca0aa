import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { readEnv } from "#server/config/env.ts";
import { createDeps, type Deps } from "#server/deps.ts";
import { buildGateway, type GatewayOptions } from "#server/gateway/app.ts";
import { type ProvisionedKeys, provisionDefaultSources } from "#server/usecases/ingest/provision-sources.ts";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";

export const WRITE_KEY = "tact_wk_server_for_tests";
export const BROWSER_KEY = "tact_wk_browser_for_tests";
export const API_KEY = "tact_sk_for_tests_only";

export type GatewayUnderTest = {
  url: string;
  database: TestDatabase;
  deps: Deps;
  app: FastifyInstance;
  keys: ProvisionedKeys;
  rings: string[];
  /** What reached the error log. */
  errors: { what: string; error: unknown }[];
  close(): Promise<void>;
};

/** A listening gateway over a database of its own. */
export async function startGateway(options: Partial<GatewayOptions> & { deps?(base: Deps): Deps } = {}): Promise<GatewayUnderTest> {
  const { deps: adapt, ...gatewayOptions } = options;
  const database = await testDatabase();
  const rings: string[] = [];
  const errors: { what: string; error: unknown }[] = [];
  const env = readEnv({ NODE_ENV: "test", DATABASE_URL: database.url, TACT_SECRET: "gateway-tests-0123456789abcdef0123456789abcdef" });
  const base = createDeps({ env, pool: database.pool, queue: { ring: (lane) => void rings.push(lane), close: async () => {} } });
  const keys = await provisionDefaultSources(base, { writeKey: WRITE_KEY, browserWriteKey: BROWSER_KEY, apiKey: API_KEY });
  const deps = adapt?.(base) ?? base;
  const app = buildGateway(deps, {
    publicUrl: "http://localhost:3000",
    nextPort: null,
    onError: (what, error) => errors.push({ what, error }),
    ...gatewayOptions,
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const address = app.server.address();
  return {
    url: `http://127.0.0.1:${isAddressInfo(address) ? address.port : 0}`,
    database,
    deps,
    app,
    keys,
    rings,
    errors,
    async close() {
      await app.close();
      await database.close();
    },
  };
}

function isAddressInfo(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}

/** Basic authorization with a write key. */
export function basic(key: string): string {
  return `Basic ${Buffer.from(`${key}:`).toString("base64")}`;
}

export type Reply = { status: number; headers: Headers; body: Record<string, unknown> };

export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: basic(WRITE_KEY), ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const parsed: unknown = text === "" ? {} : JSON.parse(text);
  return { status: response.status, headers: response.headers, body: typeof parsed === "object" && parsed !== null ? { ...parsed } : {} };
}

/** Rows of the events table, in the order of their ids. */
export async function storedEvents(
  database: TestDatabase,
): Promise<{ type: string; name: string | null; payload: Record<string, unknown> }[]> {
  const result = await database.pool.query<{ type: string; name: string | null; payload: Record<string, unknown> }>(
    "SELECT type, name, payload FROM events ORDER BY id",
  );
  return result.rows;
}

export async function count(database: TestDatabase, table: "events" | "event_ledger" | "event_pending"): Promise<number> {
  const result = await database.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
  return result.rows[0]?.n ?? 0;
}
