// npm run schema: writes prisma/schema.prisma from what the migrations make, so that the two cannot drift apart.
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { migrate } from "#server/data/migrate.ts";
import { readSchema } from "./schema-engine.mjs";
import { startEmbeddedPostgres } from "./supervisor/embedded-postgres.ts";

const SCHEMA = "prisma/schema.prisma";

const folder = mkdtempSync(join(tmpdir(), "tact-schema-"));
chmodSync(folder, 0o755);
const server = await startEmbeddedPostgres({
  dataDir: join(folder, "postgres"),
  logFile: join(folder, "postgres.log"),
  password: randomBytes(12).toString("hex"),
  settings: { fsync: "off" },
  throwaway: true,
});
try {
  const url = server.url("template1");
  await migrate({ url, directory: "prisma/migrations" });
  writeFileSync(SCHEMA, await readSchema({ url, file: resolve(SCHEMA), current: readFileSync(SCHEMA, "utf8") }));
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
