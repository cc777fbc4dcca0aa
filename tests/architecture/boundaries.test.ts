import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise, type ICruiseOptions, type IForbiddenRuleType } from "dependency-cruiser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const config: { forbidden: (IForbiddenRuleType & { name: string })[]; options: ICruiseOptions } = createRequire(import.meta.url)(
  "../../.dependency-cruiser.cjs",
);

/** One file that breaks one rule: what it is, what it imports, and the rule that has to say so. */
const planted: { file: string; imports: string; rule: string }[] = [
  { file: "server/domain/signals/a.ts", imports: 'import "../../data/orders.ts";', rule: "domain-is-pure" },
  { file: "server/domain/signals/b.ts", imports: 'import "node:fs";', rule: "domain-is-pure" },
  {
    file: "server/domain/signals/c.ts",
    imports: 'import type { Orders } from "../../data/orders.ts";\nexport type C = Orders;',
    rule: "domain-is-pure",
  },
  { file: "server/contracts/a.ts", imports: 'import "../data/orders.ts";', rule: "contracts-are-isomorphic" },
  { file: "server/usecases/a.ts", imports: 'import "../data/orders.ts";', rule: "usecases-take-deps" },
  { file: "server/usecases/b.ts", imports: 'import "pg";', rule: "usecases-take-deps" },
  { file: "server/usecases/c.ts", imports: 'import "../../app/page.tsx";', rule: "server-knows-no-shell" },
  { file: "server/data/a.ts", imports: 'import "../usecases/clean.ts";', rule: "adapters-know-no-use-case" },
  { file: "server/data/b.ts", imports: 'import "../queue/bell.ts";', rule: "data-is-alone-with-sql" },
  { file: "server/queue/a.ts", imports: 'import "../data/orders.ts";', rule: "queue-only-rings" },
  { file: "server/channels/a.ts", imports: 'import "../data/orders.ts";', rule: "channels-only-send" },
  { file: "server/config/a.ts", imports: 'import "../data/orders.ts";', rule: "config-is-a-root" },
  { file: "server/api/a.ts", imports: 'import "../data/orders.ts";', rule: "api-is-thin" },
  { file: "server/gateway/a.ts", imports: 'import "../data/orders.ts";', rule: "gateway-is-a-shell" },
  { file: "server/gateway/b.ts", imports: 'import "next";', rule: "gateway-is-a-shell" },
  { file: "workers/a.ts", imports: 'import "../server/data/orders.ts";', rule: "workers-run-usecases" },
  { file: "workers/b.ts", imports: 'import "@prisma/client";', rule: "prisma-only-in-data" },
  { file: "server/data/c.ts", imports: 'import "@prisma/client";', rule: "prisma-loads-on-first-use" },
  { file: "server/usecases/d.ts", imports: 'import "bullmq";', rule: "bullmq-only-in-queue" },
  { file: "app/a.ts", imports: 'import "../server/data/orders.ts";', rule: "app-is-thin" },
  { file: "components/journeys/a.ts", imports: 'import "../../server/usecases/clean.ts";', rule: "ui-imports" },
  { file: "components/journeys/b.ts", imports: 'import "recharts";', rule: "recharts-only-in-charts" },
  { file: "components/journeys/c.ts", imports: 'import "../customers/card.ts";', rule: "no-cross-feature-ui" },
  { file: "widget/a.ts", imports: 'import "../server/usecases/clean.ts";', rule: "widget-stands-alone" },
  { file: "server/usecases/e.ts", imports: 'import "./nowhere.ts";', rule: "resolvable" },
  { file: "server/usecases/f.ts", imports: 'import { g } from "./g.ts";\nexport const f = () => g;', rule: "no-circular" },
];

const clean: Record<string, string> = {
  "server/domain/pure.ts": "export const pure = 1;",
  "server/data/orders.ts": 'import "pg";\nimport "../domain/pure.ts";\nexport type Orders = 1;\nexport const orders = 1;',
  "server/queue/bell.ts": 'import "bullmq";\nexport const bell = 1;',
  "server/usecases/clean.ts": 'import "../domain/pure.ts";\nimport type { Orders } from "../data/orders.ts";\nexport type Clean = Orders;',
  "server/usecases/g.ts": 'import { f } from "./f.ts";\nexport const g = () => f;',
  "server/gateway/clean.ts": 'import "../usecases/clean.ts";',
  "components/customers/card.ts": 'import "../../server/domain/pure.ts";\nexport const card = 1;',
  "components/charts/line.ts": 'import "recharts";',
  "app/page.tsx": 'import "../components/customers/card.ts";',
  "workers/clean.ts": 'import "../server/usecases/clean.ts";',
};

let folder: string;
let found: { file: string; rule: string }[];
let looked: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tact-boundaries-"));
  for (const name of ["pg", "bullmq", "recharts", "next", "@prisma/client"]) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: "index.js" }));
    write(`node_modules/${name}/index.js`, "module.exports = 1;");
  }
  const names = ["pg", "bullmq", "recharts", "next", "@prisma/client"];
  write("package.json", JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, "1.0.0"])) }));
  write(
    "tsconfig.json",
    JSON.stringify({ compilerOptions: { module: "esnext", moduleResolution: "bundler", allowImportingTsExtensions: true, noEmit: true } }),
  );
  for (const [file, text] of Object.entries(clean)) write(file, text);
  for (const { file, imports } of planted) write(file, imports);
  const sources = ["app", "components", "server", "workers", "widget"];
  const result = await cruise(sources, { ...config.options, baseDir: folder, validate: true, ruleSet: { forbidden: config.forbidden } });
  if (typeof result.output === "string") throw new Error("the cruise answered with text");
  looked = result.output.summary.totalCruised;
  found = result.output.summary.violations.map((violation) => ({ file: violation.from, rule: violation.rule.name }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

describe("the boundaries", () => {
  test.each(planted)("catch $file by the rule $rule", ({ file, rule }) => {
    expect(found).toContainEqual({ file, rule });
  });

  test("let clean files pass", () => {
    expect(looked).toBeGreaterThan(planted.length);
    const faulty = found.map((violation) => violation.file).filter((file) => file in clean && file !== "server/usecases/g.ts");
    expect(faulty).toEqual([]);
  });

  test("have a planted case for every rule", () => {
    expect(config.forbidden.map((rule) => rule.name).sort()).toEqual([...new Set(planted.map((plant) => plant.rule))].sort());
  });
});
