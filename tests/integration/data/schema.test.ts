import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSchema } from "../../../scripts/schema-engine.mjs";
import { type TestDatabase, testDatabase } from "../../setup/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("the Prisma schema says what the migrations make (npm run schema rewrites it)", async () => {
  const current = await readFile("prisma/schema.prisma", "utf8");
  expect(current).toBe(await readSchema({ url: database.url, file: resolve("prisma/schema.prisma"), current }));
});
